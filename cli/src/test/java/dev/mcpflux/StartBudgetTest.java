package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fresh JVM loads and starts until its first result, with a server of the modern era. It measures no time: each class
 * costs about half a millisecond. A change that needs more raises the budget, and says why.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the server is a shell script")
class StartBudgetTest {

    /**
     * The most classes of each kind; lambdas and other hidden classes are of the kind of their host. Supervision took 50 of
     * ours: the states of a server as types, three kinds of options with their builders, the filter types. Variables took 7: their
     * styles, their sources with a builder, and what resolves them.
     */
    private static final Map<String, Integer> BUDGET = new TreeMap<>(Map.of(
            "dev.mcpflux", 514,
            "reactor", 455,
            "tools.jackson.core", 105,
            "tools.jackson.databind", 32,
            "org.slf4j", 40));

    /** The server's thread, that of all stderr, Reactor's timer, and those of the JDK that wait for the process. */
    private static final int MOST_THREADS = 6;

    /** Packages and classes that have nothing to do with one server over stdio about which nothing is configured. */
    private static final List<String> NEVER = List.of(
            "com.fasterxml.jackson",
            "io.netty",
            "reactor.netty",
            "com.networknt",
            "picocli",
            "com.google.re2j",
            "io.micrometer",
            "dev.mcpflux.host.observation",
            "dev.mcpflux.host.ToolRules",
            "dev.mcpflux.host.FilterChain",
            "dev.mcpflux.host.config.ToolSelection",
            "dev.mcpflux.host.config.CallPolicy",
            "dev.mcpflux.host.filter.PolicyFilter",
            "dev.mcpflux.schema");

    private static final Pattern LOADED = Pattern.compile("^(\\S+) source:");

    @TempDir
    private static Path directory;

    private static List<String> output;
    private static List<String> classes;
    private static List<String> methods;

    @BeforeAll
    static void run() throws Exception {
        Path loaded = directory.resolve("classes.txt");
        Path wire = directory.resolve("wire.txt");
        Path printed = directory.resolve("out.txt");
        String server = Path.of("src/main/sh/training-server").toAbsolutePath().toString();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + loaded + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstResult.class.getName(),
                        "sh",
                        "-c",
                        "tee \"$1\" | sh \"$2\"",
                        "sh",
                        wire.toString(),
                        server)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor(FirstResult.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        output = Files.readAllLines(printed);
        classes = new ArrayList<>();
        for (String line : Files.readAllLines(loaded, StandardCharsets.UTF_8)) {
            Matcher matcher =
                    LOADED.matcher(line.substring(line.lastIndexOf(']') + 1).strip());
            if (matcher.find()) {
                classes.add(matcher.group(1));
            }
        }
        methods = methods(wire);
    }

    private static List<String> methods(Path wire) throws IOException {
        return Files.readAllLines(wire).stream()
                .map(line -> line.replaceFirst(".*?\"method\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private static String printed(String name) {
        return output.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    @Test
    void theResultIsThatOfTheServer() {
        assertThat(printed("result")).contains("text=x");
    }

    @Test
    void classesAreWithinTheirBudget() {
        Map<String, Integer> counted = new LinkedHashMap<>();
        Map<String, Integer> packages = new TreeMap<>();
        BUDGET.keySet().forEach(kind -> counted.put(kind, 0));
        for (String name : classes) {
            BUDGET.keySet().stream()
                    .filter(kind -> name.startsWith(kind + "."))
                    .findFirst()
                    .ifPresent(kind -> {
                        counted.merge(kind, 1, Integer::sum);
                        packages.merge(name.substring(0, name.lastIndexOf('.')), 1, Integer::sum);
                    });
        }

        assertThat(counted)
                .as("by package: " + packages)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isLessThanOrEqualTo(BUDGET.get(kind)));
    }

    @Test
    void nothingOfOtherKindsOfServersIsLoaded() {
        assertThat(classes)
                .isNotEmpty()
                .noneMatch(name -> NEVER.stream().anyMatch(never -> (name + ".").startsWith(never + ".")));
    }

    @Test
    void threadsAndSchedulersAreFew() {
        assertThat(Integer.parseInt(printed("threads"))).isBetween(1, MOST_THREADS);
        assertThat(printed("schedulers")).isEqualTo("[parallel]");
    }

    @Test
    void oneRoundTripBeforeTheServerIsReady() {
        assertThat(methods).containsExactly("server/discover", "tools/call");
    }
}
