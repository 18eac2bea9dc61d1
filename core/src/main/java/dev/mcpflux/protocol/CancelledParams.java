package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Parameters of {@code notifications/cancelled} (specification: basic/utilities/cancellation).
 *
 * @param requestId the request that is no longer wanted; a notification without one has no effect
 * @param reason why, for a log
 */
public record CancelledParams(
        @Nullable RequestId requestId, @Nullable String reason) implements DirectlyWritten {
    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("requestId", requestId, json);
        JsonValues.member("reason", reason, json);
        json.writeEndObject();
    }
}
