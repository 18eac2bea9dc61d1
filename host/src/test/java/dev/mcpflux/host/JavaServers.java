package dev.mcpflux.host;

import dev.mcpflux.transport.stdio.StdioTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The things, offered by the official Java SDK: {@link JavaSdkServer} in a JVM of its own. */
final class JavaServers {

    private JavaServers() {}

    static StdioTransport stdio(String name) {
        List<String> command = command("stdio");
        return StdioTransport.builder(name, command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    /** By HTTP, {@code streamable} or {@code sse}. */
    static ServerProcess listening(String transport) {
        return ServerProcess.start(port -> new ProcessBuilder(command(transport, Integer.toString(port))));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                JavaSdkServer.class.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
