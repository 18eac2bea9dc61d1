/**
 * Text that comes from a peer, made safe for the place where a person reads it: a terminal, a log, an error message.
 * Start reading with {@link dev.mcpflux.text.SafeText}.
 */
@NullMarked
package dev.mcpflux.text;

import org.jspecify.annotations.NullMarked;
