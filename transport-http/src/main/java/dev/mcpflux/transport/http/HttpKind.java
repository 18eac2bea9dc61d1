package dev.mcpflux.transport.http;

/** Which transport of HTTP a server is spoken to by. */
public enum HttpKind {
    /** Streamable HTTP; HTTP+SSE where a server refuses that and offers the other. The default. */
    AUTO,
    /** Streamable HTTP only (specification since 2025-03-26: basic/transports). */
    STREAMABLE,
    /** HTTP+SSE only, of 2024-11-05, which is deprecated. */
    SSE
}
