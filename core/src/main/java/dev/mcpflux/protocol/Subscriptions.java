package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code subscriptions/listen} (specification 2026-07-28: basic/patterns/subscriptions). */
public final class Subscriptions {

    private Subscriptions() {}

    /**
     * What to be told of. A member that is null is not wanted.
     *
     * @param toolsListChanged the list of tools
     * @param promptsListChanged the list of prompts
     * @param resourcesListChanged the list of resources
     * @param resourceSubscriptions what these resources hold
     * @param taskIds these tasks, where the tasks extension is agreed on
     */
    public record SubscriptionFilter(
            @Nullable Boolean toolsListChanged,
            @Nullable Boolean promptsListChanged,
            @Nullable Boolean resourcesListChanged,
            @Nullable List<String> resourceSubscriptions,
            @Nullable List<String> taskIds) {

        public SubscriptionFilter {
            resourceSubscriptions = Members.optional(resourceSubscriptions);
            taskIds = Members.optional(taskIds);
        }

        /** Changes of all lists. */
        public static SubscriptionFilter lists() {
            return new SubscriptionFilter(true, true, true, null, null);
        }

        /** What these resources hold. */
        public static SubscriptionFilter resources(String... uris) {
            return new SubscriptionFilter(null, null, null, List.of(uris), null);
        }

        /** What this task does. */
        public static SubscriptionFilter tasks(String... ids) {
            return new SubscriptionFilter(null, null, null, null, List.of(ids));
        }
    }

    /** Parameters of {@code subscriptions/listen}. */
    public record ListenParams(
            SubscriptionFilter notifications,
            @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

        @Override
        public ListenParams withMeta(RequestMeta meta) {
            return new ListenParams(notifications, meta);
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
     * @param notifications what the server will tell of
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
