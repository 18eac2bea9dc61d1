package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code subscriptions/listen} (specification 2026-07-28: basic/patterns/subscriptions). */
public final class Subscriptions {

    private Subscriptions() {}

    /**
     * The notifications to subscribe to. A member that is null is not requested.
     *
     * @param toolsListChanged changes of the list of tools
     * @param promptsListChanged changes of the list of prompts
     * @param resourcesListChanged changes of the list of resources
     * @param resourceSubscriptions URIs of resources, for changes of their content
     * @param taskIds ids of tasks, if the tasks extension is negotiated
     */
    public record SubscriptionFilter(
            @Nullable Boolean toolsListChanged,
            @Nullable Boolean promptsListChanged,
            @Nullable Boolean resourcesListChanged,
            @Nullable List<String> resourceSubscriptions,
            @Nullable List<String> taskIds)
            implements DirectlyWritten {

        public SubscriptionFilter {
            resourceSubscriptions = Members.optional(resourceSubscriptions);
            taskIds = Members.optional(taskIds);
        }

        /** Changes of all lists. */
        public static SubscriptionFilter lists() {
            return new SubscriptionFilter(true, true, true, null, null);
        }

        /** Changes of the content of these resources. */
        public static SubscriptionFilter resources(String... uris) {
            return new SubscriptionFilter(null, null, null, List.of(uris), null);
        }

        /** Changes of these tasks. */
        public static SubscriptionFilter tasks(String... ids) {
            return new SubscriptionFilter(null, null, null, null, List.of(ids));
        }

        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("toolsListChanged", toolsListChanged, json);
            JsonValues.member("promptsListChanged", promptsListChanged, json);
            JsonValues.member("resourcesListChanged", resourcesListChanged, json);
            JsonValues.member("resourceSubscriptions", resourceSubscriptions, json);
            JsonValues.member("taskIds", taskIds, json);
            json.writeEndObject();
        }
    }

    /** Parameters of {@code subscriptions/listen}. */
    public record ListenParams(
            SubscriptionFilter notifications,
            @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams, DirectlyWritten {

        @Override
        public ListenParams withMeta(RequestMeta meta) {
            return new ListenParams(notifications, meta);
        }

        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("notifications", notifications, json);
            JsonValues.member("_meta", meta, json);
            json.writeEndObject();
        }
    }

    /** Result of {@code subscriptions/listen}: the server has ended the subscription in order. */
    public record ListenResult(
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta) implements ServerResult {
        public ListenResult {
            meta = Members.object(meta, "_meta");
        }
    }

    /**
     * Parameters of {@code notifications/subscriptions/acknowledged}.
     *
     * @param notifications the notifications that the server will send
     */
    public record SubscriptionAcknowledgedParams(
            @Nullable SubscriptionFilter notifications,
            @JsonProperty("_meta") @Nullable NotificationMeta meta) implements Subscribed {

        @Override
        public @Nullable RequestId subscriptionId() {
            return meta == null ? null : meta.subscriptionId();
        }
    }

    /** Parameters of the {@code list_changed} notifications. */
    public record ListChangedParams(
            @JsonProperty("_meta") @Nullable NotificationMeta meta) implements Subscribed {

        @Override
        public @Nullable RequestId subscriptionId() {
            return meta == null ? null : meta.subscriptionId();
        }
    }
}
