package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.protocol.Tool;

/**
 * A tool as a model sees it.
 *
 * @param server the server that offers it
 * @param bare its name at its server, after renaming
 * @param tool as the server describes it
 */
record NamedTool(String server, String bare, Tool tool) {

    /** The name in the host: {@code server__tool}. */
    String qualified() {
        return server + CatalogueEntry.SEPARATOR + bare;
    }

    /** The name that this host gives to models. */
    String modelName() {
        return new CatalogueTool(qualified(), server, tool).modelName();
    }

    /** The place for a finding. */
    String place() {
        return "tool " + bare;
    }
}
