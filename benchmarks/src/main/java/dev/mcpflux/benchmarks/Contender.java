package dev.mcpflux.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client that is measured, and the libraries that are on its class path. */
enum Contender {
    BLOCKING("pipe + Jackson, one blocking thread", Libraries.JACKSON_3),
    ASYNC("asynchronous, hand-written", Libraries.JACKSON_3),
    SESSION("**mcpflux** `session.callTool`", Libraries.MCPFLUX),
    HOST("**mcpflux** `host.callTool`", Libraries.MCPFLUX),
    LANGCHAIN4J(
            "langchain4j-mcp 1.18.1",
            "langchain4j.*|okhttp.*|okio.*|kotlin.*|annotations-13.*|opennlp.*|jackson-(core|databind)-2.*|jspecify.*"),
    TYPESCRIPT("TypeScript client 2.4.0", ""),
    SDK("Java SDK 2.1.0", "mcp-(?!flux).*|" + Libraries.REACTOR + "|" + Libraries.JACKSON_3 + "|" + Libraries.SCHEMA);

    private final String title;
    private final Pattern libraries;

    Contender(String title, String libraries) {
        this.title = title;
        this.libraries = Pattern.compile(libraries + "|jackson-annotations.*|slf4j-.*");
    }

    /** Parts of class paths; a class of its own, since constants of an enum cannot refer to fields of it. */
    private static final class Libraries {
        static final String JACKSON_3 = "jackson-(core|databind)-3.*";
        static final String REACTOR = "reactor-core.*|reactive-streams.*";
        static final String SCHEMA = "json-schema-validator.*|itu.*|jackson-dataformat-yaml-3.*|snakeyaml-engine.*";
        static final Pattern NETTY = Pattern.compile("netty-.*|reactor-(netty|pool).*");
        static final String MCPFLUX = "mcpflux-.*|re2j.*|jspecify.*|" + REACTOR + "|" + JACKSON_3 + "|" + SCHEMA;
    }

    private static boolean named(Path file, Pattern names) {
        return names.matcher(file.getFileName().toString()).matches();
    }

    String title() {
        return title;
    }

    /** What the driver calls it. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The script for Node, or null for what runs in a JVM. */
    @Nullable
    Path script(Path jar) {
        return this == TYPESCRIPT ? jar.resolveSibling("../node/client.mjs").normalize() : null;
    }

    /** Whether its libraries are there: those for Node are installed apart. */
    boolean isInstalled(Path jar) {
        Path script = script(jar);
        return script == null || Files.isDirectory(script.resolveSibling("node_modules"));
    }

    /**
     * What is needed, and nothing else.
     *
     * @param http whether HTTP is spoken, which mcpflux alone has further libraries for
     */
    String classPath(Path jar, boolean http) throws IOException {
        try (Stream<Path> files = Files.list(jar.resolveSibling("lib"))) {
            List<Path> all = files.sorted().toList();
            List<Path> wanted = all.stream()
                    .filter(file -> named(file, libraries)
                            || (http && (this == HOST || this == SESSION) && named(file, Libraries.NETTY)))
                    .toList();
            return Stream.concat(Stream.of(jar), wanted.stream())
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
