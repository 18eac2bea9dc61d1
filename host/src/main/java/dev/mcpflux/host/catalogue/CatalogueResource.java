package dev.mcpflux.host.catalogue;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Resources.Resource;

/**
 * A resource of one of the host's servers. Its URI is its name; several servers may offer the same.
 *
 * @param server the configured name of its server
 * @param resource as the server offers it
 */
public record CatalogueResource(String server, Resource resource) implements CatalogueEntry {

    @Override
    public ListKind kind() {
        return ListKind.RESOURCES;
    }

    @Override
    public String name() {
        return resource.uri();
    }

    @Override
    public String bareName() {
        return resource.uri();
    }
}
