/**
 * The HTTP headers that repeat parts of a request in the modern era (specification 2026-07-28:
 * basic/transports/streamable-http). Start with {@code ModernHeaders}, which writes them; {@code ToolHeaders} knows which
 * arguments of a tool they repeat. For the transport itself.
 */
@NullMarked
package dev.mcpflux.transport.http.headers;

import org.jspecify.annotations.NullMarked;
