package dev.mcpflux.host.catalogue;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.ListKind;

/** Something that a server offers, as the host lists it. */
public sealed interface CatalogueEntry permits CatalogueTool, CataloguePrompt, CatalogueResource, CatalogueTemplate {

    /** Between the name of the server and that of the entry: what every model's rules for names of tools allow. */
    String SEPARATOR = ServerDefinition.NAME_SEPARATOR;

    /** The list that it stands in. */
    ListKind kind();

    /**
     * Its name in the host. That of a tool or a prompt is {@code server__name}, unique in the host among those of its kind;
     * that of a resource is its URI, and that of a resource template its template, which several servers may have.
     */
    String name();

    /** The configured name of its server. */
    String server();

    /** Its name at its server; the URI of a resource, or the template of a resource template. */
    String bareName();

    static String qualify(String server, String name) {
        return server + SEPARATOR + name;
    }
}
