/**
 * A child process as a connection: it is launched with a clean environment, spoken to by lines on its pipes, and taken
 * down with everything it started. Only {@link dev.mcpflux.transport.stdio.StdioTransport} and its options are public.
 */
@NullMarked
package dev.mcpflux.transport.stdio;

import org.jspecify.annotations.NullMarked;
