package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of {@code notifications/cancelled} (specification: basic/utilities/cancellation).
 *
 * @param requestId the request that is no longer wanted; a notification without one has no effect
 * @param reason why, for a log
 */
public record CancelledParams(
        @Nullable RequestId requestId, @Nullable String reason) {}
