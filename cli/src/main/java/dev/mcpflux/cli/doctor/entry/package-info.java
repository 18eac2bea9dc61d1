/**
 * Checks of what a configuration says, before anything is started.
 * Begin with {@link dev.mcpflux.cli.doctor.entry.ConfiguredServer}.
 */
@NullMarked
package dev.mcpflux.cli.doctor.entry;

import org.jspecify.annotations.NullMarked;
