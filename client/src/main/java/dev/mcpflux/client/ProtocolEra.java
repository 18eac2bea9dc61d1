package dev.mcpflux.client;

/** The two eras of protocol revisions. */
public enum ProtocolEra {
    /** Revisions 2024-11-05 to 2025-11-25: the session begins with {@code initialize}. */
    LEGACY,
    /** From 2026-07-28 on: no handshake, every request is self-contained. */
    MODERN
}
