/**
 * Servers that are reached by a URL: Streamable HTTP of both eras, and the deprecated HTTP+SSE as the last fallback. One
 * request is one POST with a response of its own; Reactor Netty carries it.
 */
@NullMarked
package dev.mcpflux.transport.http;

import org.jspecify.annotations.NullMarked;
