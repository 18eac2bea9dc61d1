/**
 * One screen of everything that a server offers. Start reading at {@link dev.mcpflux.cli.inspect.ServerInspection}, which
 * reads it.
 */
@NullMarked
package dev.mcpflux.cli.inspect;

import org.jspecify.annotations.NullMarked;
