package dev.mcpflux.host;

import dev.mcpflux.transport.stdio.StdioTransport;
import java.nio.file.Path;

/** Servers that nobody here wrote, or that use libraries nobody here wrote; they need Node and the packages of integration. */
final class NodeServers {

    private static final Path INTEGRATION =
            Path.of("..", "integration").toAbsolutePath().normalize();
    private static final String EVERYTHING = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";

    /** Nobody is left to stop it otherwise. */
    private static final String ENDS_WITH_ITS_INPUT =
            "data:text/javascript,process.stdin.on('end',()=>process.exit()).resume()";

    private NodeServers() {}

    /** One that speaks the modern era only. */
    static StdioTransport modern(String name) {
        return node(name, "servers/modern.js");
    }

    /** One that speaks both eras. */
    static StdioTransport dual(String name) {
        return node(name, "servers/dual.js");
    }

    /** The reference server, of the legacy era. */
    static StdioTransport everything(String name) {
        return node(name, EVERYTHING);
    }

    private static StdioTransport node(String name, String script) {
        return StdioTransport.builder(name, "node").arguments(path(script)).build();
    }

    private static String path(String script) {
        return INTEGRATION.resolve(script).toString();
    }

    /** The same things by HTTP; {@code integration/servers/http.js} tells the modes. */
    static ServerProcess listening(String mode) {
        return ServerProcess.start(
                port -> new ProcessBuilder("node", path("servers/http.js"), Integer.toString(port), mode));
    }

    /** The reference server by HTTP, {@code streamableHttp} or {@code sse}. */
    static ServerProcess listeningEverything(String transport) {
        return ServerProcess.startOnFreePort(port -> {
            ProcessBuilder command =
                    new ProcessBuilder("node", "--import", ENDS_WITH_ITS_INPUT, path(EVERYTHING), transport);
            command.environment().put("PORT", Integer.toString(port));
            return command;
        });
    }
}
