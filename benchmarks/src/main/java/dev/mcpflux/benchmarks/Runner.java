package dev.mcpflux.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Starts the JVM of one client and one row, and reads what it has measured. */
final class Runner {

    /** The same for every client. */
    static final List<String> JVM_FLAGS = List.of("-Xmx512m");

    private static final String DRIVER = "dev.mcpflux.benchmarks.client.Driver";
    private static final int LIMIT_SECONDS = 180;

    private final Path jar;
    private final Path java;
    private final List<String> server;
    private final Options options;
    private final Path errors;

    Runner(Path jar, Path java, List<String> server, Options options) {
        this.jar = jar;
        this.java = java;
        this.server = server;
        this.options = options;
        this.errors = jar.resolveSibling("driver.err");
    }

    /** The numbers by name; none where the client could not do it, which is said on standard error. */
    Map<String, Double> run(Case row, Contender contender) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (row.cores() != Case.Cores.ALL) {
            command.addAll(List.of("taskset", "-c", "0"));
        }
        Path script = contender.script(jar);
        if (script != null) {
            command.addAll(List.of("node", script.toString(), row.row()));
        } else {
            command.add(java.toString());
            command.addAll(row.defaultHeap() ? List.of() : JVM_FLAGS);
            command.addAll(List.of("-cp", contender.classPath(jar, row.http()), DRIVER, contender.id(), row.row()));
        }
        command.addAll(List.of("" + options.warmUpMillis(), "" + options.millis(), "" + row.number()));
        if (row.cores() == Case.Cores.ONE_EACH) {
            command.addAll(List.of("taskset", "-c", "1"));
        }
        command.addAll(server);
        command.addAll(row.serverArguments());
        Map<String, Double> numbers = new LinkedHashMap<>();
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.to(errors.toFile()))
                .start();
        process.getOutputStream().close();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try (BufferedReader out = process.inputReader()) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.equals("#first")) {
                        numbers.put("start_ms", (System.nanoTime() - start) / 1e6);
                    } else if (line.startsWith("#")) {
                        int equals = line.indexOf('=');
                        numbers.put(line.substring(1, equals), Double.parseDouble(line.substring(equals + 1)));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        reading.join();
        if (!ended || process.exitValue() != 0) {
            System.err.printf(
                    "%s with %s: %s%n%s%n",
                    row.id(),
                    contender.id(),
                    ended ? "exit code " + process.exitValue() : "no end after " + LIMIT_SECONDS + " s",
                    Files.readString(errors).lines().limit(15).reduce("", (a, b) -> a + "    " + b + "\n"));
            return Map.of();
        }
        return numbers;
    }
}
