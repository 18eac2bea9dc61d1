package dev.mcpflux.host;

import dev.mcpflux.protocol.Resources.Template;

/**
 * A resource template of one of the host's servers.
 *
 * @param server the configured name of its server
 * @param template as the server offers it
 */
public record CatalogueTemplate(String server, Template template) {}
