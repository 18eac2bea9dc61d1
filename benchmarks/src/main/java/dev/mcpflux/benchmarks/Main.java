package dev.mcpflux.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** {@code java -jar benchmarks.jar}: runs every row with every client, interleaved, and prints one table. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (args.length > 0 && args[0].equals("jmh")) {
            System.exit(jmh(jar, java, List.of(args).subList(1, args.length)));
        }
        if (args.length == 1 && args[0].equals("sandbox")) {
            SandboxStart.run();
            return;
        }
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Options.usage());
            System.exit(2);
            return;
        }
        options = options.without(contender -> !contender.isInstalled(jar));
        List<String> compiled = options.javaServer() ? List.of() : compile(jar.resolveSibling("server"));
        options = options.withJavaServer(compiled.isEmpty());
        List<String> server = compiled.isEmpty()
                ? List.of(
                        java.toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        jar.toString(),
                        "dev.mcpflux.benchmarks.server.JavaServer")
                : compiled;
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        Results results = measure(options, new Runner(jar, java, server, options));
        Files.writeString(jar.resolveSibling("raw.tsv"), results.raw());
        String command = "java -jar benchmarks/target/benchmarks.jar " + String.join(" ", args);
        String markdown = new Report(results, options, load)
                .markdown(command.strip(), compiled.isEmpty() ? "Java: it, not the client, may be the limit" : "C");
        System.out.print(markdown);
        if (options.out() != null) {
            Files.writeString(options.out(), markdown);
        }
    }

    private static Results measure(Options options, Runner runner) throws IOException, InterruptedException {
        Results results = new Results();
        boolean taskset = present("taskset", "--version");
        boolean two = Runtime.getRuntime().availableProcessors() > 1;
        List<Case> cases = Case.ALL.stream()
                .filter(options::wants)
                .filter(row -> switch (row.cores()) {
                    case ALL -> true;
                    case SHARED -> taskset;
                    case ONE_EACH -> taskset && two;
                })
                .toList();
        List<Contender> contenders = new ArrayList<>(options.contenders());
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            for (Case row : cases) {
                for (Contender contender : contenders) {
                    if (row.contenders().contains(contender)) {
                        Map<String, Double> numbers = runner.run(row, contender);
                        System.err.printf("%d %-10s %-11s %s%n", repetition, row.id(), contender.id(), numbers);
                        for (Map.Entry<String, Double> number : numbers.entrySet()) {
                            results.add(row, contender, repetition, number.getKey(), number.getValue());
                        }
                    }
                }
            }
            // nobody is always the one who comes after the same other one
            Collections.rotate(contenders, 1);
        }
        return results;
    }

    /** The command of the compiled server, or nothing where there is no compiler. */
    private static List<String> compile(Path program) throws IOException, InterruptedException {
        if (!present("cc", "--version")) {
            return List.of();
        }
        Path source = program.resolveSibling("server.c");
        try (InputStream in = Objects.requireNonNull(Main.class.getResourceAsStream("/server.c"))) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Process cc = new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        if (!cc.waitFor(60, TimeUnit.SECONDS) || cc.exitValue() != 0) {
            throw new IOException("the server does not compile");
        }
        return List.of(program.toString());
    }

    private static boolean present(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** JMH with its allocation profiler; it starts further JVMs with the class path of its own. */
    private static int jmh(Path jar, Path java, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-cp",
                jar + File.pathSeparator + jar.resolveSibling("lib").resolve("*"),
                "org.openjdk.jmh.Main",
                "-prof",
                "gc"));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
