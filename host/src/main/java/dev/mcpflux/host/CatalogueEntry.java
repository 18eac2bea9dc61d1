package dev.mcpflux.host;

import dev.mcpflux.host.config.ServerDefinition;

/** Something of a server that the host offers under a qualified name. */
public sealed interface CatalogueEntry permits CatalogueTool, CataloguePrompt {

    /** Between the name of the server and that of the entry: what every model's rules for names of tools allow. */
    String SEPARATOR = ServerDefinition.NAME_SEPARATOR;

    /** Its qualified name, {@code server__name}: unique in the host among those of its kind. */
    String name();

    /** The configured name of its server. */
    String server();

    /** Its name at its server. */
    String bareName();

    static String qualify(String server, String name) {
        return server + SEPARATOR + name;
    }
}
