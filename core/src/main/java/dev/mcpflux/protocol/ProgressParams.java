package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of {@code notifications/progress} (specification: basic/utilities/progress).
 *
 * @param progressToken the token of the request that this belongs to
 * @param progress how far the work is; grows with each notification
 * @param total where {@code progress} ends, if the server knows
 * @param message what it is doing, for a person
 */
public record ProgressParams(
        RequestId progressToken,
        double progress,
        @Nullable Double total,
        @Nullable String message) {}
