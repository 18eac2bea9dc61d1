package dev.mcpflux.host.event;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.protocol.ListKind;
import org.jspecify.annotations.Nullable;

/** What happens in a host; see {@code McpHost.events()}. */
public sealed interface HostEvent {

    /** The configured name of the server; empty where the event is about no single server. */
    String server();

    /**
     * Where a server was in its life when the subscriber subscribed, or when it was added: each subscriber gets one for each
     * server before all other events.
     */
    record CurrentState(String server, ServerLife life) implements HostEvent {

        /** The state that people see. */
        public ServerState state() {
            return life.state();
        }

        /** Why the server cannot be used or is degraded, or where it is switched off; else null. */
        public @Nullable McpException error() {
            return life.error();
        }
    }

    /**
     * The life of a server has changed. A restart is a change to {@link ServerLife.Starting} with a generation above 1; a
     * quarantine a change to {@link ServerLife.Quarantined}.
     */
    record StateChanged(String server, ServerLife before, ServerLife after) implements HostEvent {

        /** The state before; the same as {@link #to()} where only the details have changed. */
        public ServerState from() {
            return before.state();
        }

        /** The state that people see now. */
        public ServerState to() {
            return after.state();
        }

        /** Why the server cannot be used or is degraded; else null. */
        public @Nullable McpException error() {
            return after.error();
        }
    }

    /** A report of the server, or of the connection to it. */
    record FromServer(String server, SessionEvent event) implements HostEvent {}

    /**
     * A list of a server could not be read.
     *
     * @param list which one
     * @param kept whether the catalogue still has what was listed before; else it is without this list
     */
    record ListFailed(String server, ListKind list, Throwable error, boolean kept) implements HostEvent {}

    /** A list of a server was read again, and is different. Only lists that were read without a caller are compared. */
    record CatalogueChanged(String server, CatalogueChange change) implements HostEvent {}

    /**
     * A filter has decided about a call.
     *
     * @param subject what the call is about under its name in the host, with configured secrets masked
     * @param decision what it decided
     * @param reason the rule, or who was asked
     */
    record CallDecided(String server, String subject, Decision decision, String reason) implements HostEvent {

        /** What a filter decided. */
        public enum Decision {
            /** It was passed on, because somebody allowed it. */
            ALLOWED,
            /** It was refused and not sent. */
            DENIED,
            /** It was answered without being sent, because calls that act are only rehearsed. */
            REHEARSED
        }
    }

    /**
     * A result was larger than its limit, so that the caller got a part of it.
     *
     * @param subject what the call was about under its name in the host
     * @param bytes the size of the result as JSON
     * @param limit how much the caller gets, in bytes
     * @param uri where the whole result can be read from this host; null if it is not kept
     */
    record ResultCut(
            String server,
            String subject,
            long bytes,
            long limit,
            @Nullable String uri) implements HostEvent {}

    /** Servers were added, removed or replaced; {@link #server()} is empty. */
    record ServersChanged(String server, HostChange change) implements HostEvent {}

    /**
     * A configuration that was to be applied cannot be; what it is about stays as it was.
     *
     * @param server whose entry is wrong; empty where the whole file is
     * @param error what is wrong, with its place in the file
     */
    record ReloadFailed(String server, Throwable error) implements HostEvent {}

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

    /**
     * Something that is configured for a server has no effect, or not the one that was meant: a pattern matches none of its
     * tools, which is dangerous where it should deny calls, or two tools would have one name. Reported once, after the list of
     * the server was read. Only lists that were read without a caller are looked at.
     *
     * @param key where it is configured, such as {@code policy.tools}
     * @param problem what is wrong, with the nearest name of a tool, and configured secrets masked
     */
    record ConfigurationWarning(String server, String key, String problem) implements HostEvent {}
}
