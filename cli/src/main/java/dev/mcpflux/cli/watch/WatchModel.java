package dev.mcpflux.cli.watch;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What {@code watch} has learned about servers: their latest events, log lines, errors and round trips. Any thread may
 * use it. Keyed by the name of a server, not by caller.
 */
public final class WatchModel {

    /** More than any terminal shows. */
    private static final int KEPT = 200;

    private final Clock clock;
    private final ZoneId zone;
    private final String source;
    private final @Nullable LogLevel least;
    private final Instant begin;
    private final Deque<String> events = new ArrayDeque<>();
    private final Map<String, Server> servers = new HashMap<>();

    private static final class Server {
        final Deque<String> log = new ArrayDeque<>();
        RoundTrips trips = RoundTrips.NONE;
        int probes;

        @Nullable
        String error;

        @Nullable
        String details;
    }

    /**
     * A model that knows nothing yet.
     *
     * @param source where the servers come from, for the header
     * @param least the lowest level of log messages to show, or null for all
     */
    public WatchModel(Clock clock, ZoneId zone, String source, @Nullable LogLevel least) {
        this.clock = clock;
        this.zone = zone;
        this.source = source;
        this.least = least;
        this.begin = clock.instant();
    }

    private Server server(String name) {
        return servers.computeIfAbsent(name, unknown -> new Server());
    }

    public synchronized void add(HostEvent event) {
        if (event instanceof HostEvent.CurrentState now) {
            error(now.server(), now.error());
            if (now.error() != null && now.state() != ServerState.DISABLED) {
                event(WatchEvent.state(clock.instant(), now.server(), now.state(), null, now.error()));
            }
        } else if (event instanceof HostEvent.StateChanged changed) {
            error(changed.server(), changed.error());
            if (changed.from() != changed.to()) {
                PeerInfo peer = changed.after() instanceof ServerLife.Ready ready ? ready.peer() : null;
                event(WatchEvent.state(clock.instant(), event.server(), changed.to(), peer, changed.error()));
            }
        } else if (event instanceof HostEvent.FromServer from
                && from.event() instanceof SessionEvent.Link link
                && link.event() instanceof ConnectionEvent.StderrLine line) {
            log(WatchEvent.stderr(clock.instant(), event.server(), line.line()));
        } else {
            WatchEvent known = WatchEvent.of(clock.instant(), event, least);
            if (known != null && known.kind().equals("log")) {
                log(known);
            }
            if (known != null) {
                event(known);
            }
        }
    }

    private void error(String name, @Nullable McpException error) {
        if (error != null) {
            server(name).error = error.problem();
            server(name).details = error.getMessage();
        }
    }

    private void event(WatchEvent event) {
        add(events, event.line(zone));
    }

    private void log(WatchEvent event) {
        add(server(event.server()).log, event.line(zone));
    }

    private static void add(Deque<String> lines, String line) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** Something that the person who watches has to know. */
    public synchronized void note(String server, String text) {
        event(new WatchEvent(clock.instant(), server, "note", text, JsonNodeFactory.instance.objectNode()));
    }

    /** Begins a probe of a server; false if one is under way. */
    public synchronized boolean beginProbe(String name) {
        Server server = server(name);
        if (server.probes > 0) {
            return false;
        }
        server.probes++;
        return true;
    }

    public synchronized void endProbe(String name) {
        server(name).probes--;
    }

    public synchronized void roundTrip(String name, long nanos) {
        Server server = server(name);
        server.trips = server.trips.with(nanos);
    }

    public synchronized void probeFailed(String name, Throwable e) {
        String problem = e instanceof McpException known ? known.problem() : String.valueOf(e.getMessage());
        server(name).error = "probe: " + problem;
        server(name).details = "probe: " + e.getMessage();
    }

    /** The table of now. */
    public synchronized WatchTable table(List<ServerStatus> all, WatchView view) {
        List<WatchRow> rows = new ArrayList<>();
        for (ServerStatus status : all) {
            Server known = server(status.name());
            rows.add(new WatchRow(
                    status.name(),
                    status.life(),
                    status.since(),
                    // a probe of this command is no work
                    Math.max(0, status.calls() - known.probes),
                    status.queued(),
                    known.trips,
                    known.error,
                    known.details));
        }
        // a server that was removed from the configuration leaves nothing behind
        servers.keySet()
                .removeIf(name -> all.stream().noneMatch(status -> status.name().equals(name)));
        Instant now = clock.instant();
        List<WatchRow> sorted = view.sort().sorted(rows);
        Deque<String> log = sorted.isEmpty()
                ? new ArrayDeque<>()
                : server(sorted.get(view.index(sorted)).name()).log;
        return new WatchTable(now, Duration.between(begin, now), source, rows, List.copyOf(events), List.copyOf(log));
    }
}
