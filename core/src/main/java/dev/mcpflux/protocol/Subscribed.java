package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;

/** Parameters of a notification that may belong to a subscription (specification 2026-07-28: basic/patterns/subscriptions). */
public interface Subscribed {

    /** The id of the {@code subscriptions/listen} request that it belongs to, or null. */
    @Nullable
    RequestId subscriptionId();
}
