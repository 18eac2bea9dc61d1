package dev.mcpflux.client;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;

/** What a server tells whoever listens (specification 2026-07-28: basic/patterns/subscriptions). */
public sealed interface ListenSignal {

    /**
     * The first signal.
     *
     * @param filter what the server will tell of, which may be less than was asked for
     */
    record Acknowledged(Subscriptions.Filter filter) implements ListenSignal {}

    /** A list is not what it was. */
    record ListChanged(ListKind kind) implements ListenSignal {}

    /** A resource is not what it was. */
    record ResourceUpdated(String uri) implements ListenSignal {}

    /** How a task is now. */
    record TaskChanged(Tasks.Task task) implements ListenSignal {}
}
