package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The {@code _meta} of a notification (specification 2026-07-28: basic, _meta).
 *
 * @param subscriptionId the id of the {@code subscriptions/listen} request that it is delivered for
 * @param others all other members, as they were sent
 */
public record NotificationMeta(
        @JsonProperty("io.modelcontextprotocol/subscriptionId") @Nullable
        RequestId subscriptionId,

        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

    public NotificationMeta {
        others = Members.others(others);
    }
}
