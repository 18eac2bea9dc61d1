package dev.mcpflux.transport.http;

/** The transports of the protocol over HTTP. */
public enum HttpKind {
    /** Streamable HTTP, or HTTP+SSE where a server refuses the former and offers the latter. The default. */
    AUTO,
    /** Streamable HTTP only (specification since 2025-03-26: basic/transports). */
    STREAMABLE,
    /** HTTP+SSE only, of 2024-11-05, which is deprecated. */
    SSE
}
