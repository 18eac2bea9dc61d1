/**
 * A child process as a connection: launches it with a clean environment, exchanges lines over its pipes, and takes it
 * down with everything it started. Start reading at {@link dev.mcpflux.transport.stdio.StdioTransport}, then {@code
 * StdioConnection}; only the transport and its options are public.
 */
@NullMarked
package dev.mcpflux.transport.stdio;

import org.jspecify.annotations.NullMarked;
