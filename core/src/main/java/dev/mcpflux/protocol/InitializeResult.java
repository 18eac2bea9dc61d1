package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Result of {@code initialize} (specification 2024-11-05 to 2025-11-25: basic/lifecycle).
 *
 * @param protocolVersion the revision that the server chose
 * @param instructions how the server wants to be used, for a model
 */
public record InitializeResult(
        @Nullable String protocolVersion,
        @Nullable ServerCapabilities capabilities,
        @Nullable Implementation serverInfo,
        @Nullable String instructions) {}
