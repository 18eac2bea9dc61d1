package dev.mcpflux.host;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.ListKind;
import org.jspecify.annotations.Nullable;

/** What happens in a host; see {@link McpHost#events()}. */
public sealed interface HostEvent {

    /** The configured name of the server; empty where the event is about no single server. */
    String server();

    /**
     * The state of a server when the subscriber subscribed: each gets one for each server before all other events.
     *
     * @param error why, where the state is {@link ServerState#FAILED} or {@link ServerState#DISABLED}
     */
    record CurrentState(
            String server, ServerState state, @Nullable McpException error) implements HostEvent {}

    /**
     * A server went from one state to another.
     *
     * @param error why, where {@code to} is {@link ServerState#FAILED}
     */
    record StateChanged(
            String server,
            ServerState from,
            ServerState to,
            @Nullable McpException error) implements HostEvent {}

    /** A report of the server, or of the connection to it. */
    record FromServer(String server, SessionEvent event) implements HostEvent {}

    /**
     * A list of a server could not be read; the catalogue is without it.
     *
     * @param list which one
     */
    record ListFailed(String server, ListKind list, Throwable error) implements HostEvent {}

    /**
     * So many events were dropped before this one, the oldest first, because the subscriber is slow.
     *
     * @param server empty: they may be of any server
     * @param count how many the subscriber has missed since the last event of this kind
     */
    record EventsDropped(String server, long count) implements HostEvent {}

    /**
     * A server lists a name more than once; the first one counts, and the others are left out.
     *
     * @param list {@link ListKind#TOOLS} or {@link ListKind#PROMPTS}
     * @param name with configured secrets masked
     */
    record DuplicateName(String server, ListKind list, String name) implements HostEvent {}
}
