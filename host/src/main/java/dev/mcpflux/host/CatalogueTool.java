package dev.mcpflux.host;

import dev.mcpflux.protocol.Tool;

/**
 * A tool of one of the host's servers.
 *
 * @param name its qualified name, {@code server__tool}: unique in the host
 * @param server the configured name of its server
 * @param tool as the server offers it
 */
public record CatalogueTool(String name, String server, Tool tool) implements CatalogueEntry {

    /** Between the name of the server and that of the tool. */
    public static final String SEPARATOR = CatalogueEntry.SEPARATOR;

    static CatalogueTool of(String server, Tool tool) {
        return new CatalogueTool(CatalogueEntry.qualify(server, tool.name()), server, tool);
    }

    @Override
    public String bareName() {
        return tool.name();
    }
}
