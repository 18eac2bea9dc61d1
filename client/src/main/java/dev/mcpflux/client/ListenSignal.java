package dev.mcpflux.client;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;

/** A notification of a server for a subscription (specification 2026-07-28: basic/patterns/subscriptions). */
public sealed interface ListenSignal {

    /**
     * The first signal.
     *
     * @param filter the changes that the server will report, possibly fewer than requested
     */
    record Acknowledged(Subscriptions.SubscriptionFilter filter) implements ListenSignal {}

    /** A list has changed. */
    record ListChanged(ListKind kind) implements ListenSignal {}

    /** A resource has changed. */
    record ResourceUpdated(String uri) implements ListenSignal {}

    /** The state of a task has changed. */
    record TaskChanged(Tasks.Task task) implements ListenSignal {}
}
