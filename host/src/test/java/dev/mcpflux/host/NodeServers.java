package dev.mcpflux.host;

import dev.mcpflux.transport.stdio.StdioTransport;
import java.nio.file.Path;

/** Servers that nobody here wrote, or that use libraries nobody here wrote; they need Node and the packages of integration. */
final class NodeServers {

    private static final Path INTEGRATION =
            Path.of("..", "integration").toAbsolutePath().normalize();

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
        return node(name, "node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    }

    private static StdioTransport node(String name, String script) {
        return StdioTransport.builder(name, "node")
                .arguments(INTEGRATION.resolve(script).toString())
                .build();
    }
}
