/**
 * The messages of a run as lines on standard error. Start reading at {@link dev.mcpflux.cli.trace.RunTrace}.
 */
@NullMarked
package dev.mcpflux.cli.trace;

import org.jspecify.annotations.NullMarked;
