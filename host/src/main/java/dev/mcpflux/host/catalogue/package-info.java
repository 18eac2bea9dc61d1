/**
 * The entries of a host's catalogue: tools, prompts, resources and templates under their names in the host. Start reading at
 * {@link dev.mcpflux.host.catalogue.CatalogueEntry}.
 */
@NullMarked
package dev.mcpflux.host.catalogue;

import org.jspecify.annotations.NullMarked;
