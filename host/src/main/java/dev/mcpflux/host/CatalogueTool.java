package dev.mcpflux.host;

import dev.mcpflux.protocol.Tool;

/**
 * A tool of one of the host's servers.
 *
 * @param name its qualified name, {@code server__tool}: unique in the host
 * @param server the configured name of its server
 * @param tool as the server offers it
 */
public record CatalogueTool(String name, String server, Tool tool) {

    /** Between the name of the server and that of the tool: what every model's rules for names of tools allow. */
    public static final String SEPARATOR = "__";

    static CatalogueTool of(String server, Tool tool) {
        return new CatalogueTool(qualify(server, tool.name()), server, tool);
    }

    static String qualify(String server, String tool) {
        return server + SEPARATOR + tool;
    }
}
