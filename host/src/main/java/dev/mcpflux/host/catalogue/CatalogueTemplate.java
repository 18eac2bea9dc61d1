package dev.mcpflux.host.catalogue;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Resources.ResourceTemplate;

/**
 * A resource template of one of the host's servers. The template is its name; several servers may offer the same.
 *
 * @param server the configured name of its server
 * @param template as the server offers it
 */
public record CatalogueTemplate(String server, ResourceTemplate template) implements CatalogueEntry {

    @Override
    public ListKind kind() {
        return ListKind.RESOURCE_TEMPLATES;
    }

    @Override
    public String name() {
        return template.uriTemplate();
    }

    @Override
    public String bareName() {
        return template.uriTemplate();
    }
}
