/**
 * Configuration files as documents: JSON, JSON5, TOML and YAML read into one kind of tree with the place of every value, and
 * edited so that everything else stays as it is. Start reading at {@link dev.mcpflux.host.config.document.ConfigDocument}.
 */
@NullMarked
package dev.mcpflux.host.config.document;

import org.jspecify.annotations.NullMarked;
