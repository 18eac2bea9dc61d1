/**
 * The {@code mcpflux} command. Everything it does goes through the public API of the host.
 */
@NullMarked
package dev.mcpflux.cli;

import org.jspecify.annotations.NullMarked;
