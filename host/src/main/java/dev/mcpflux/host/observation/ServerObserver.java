package dev.mcpflux.host.observation;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.HostMonitor;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import io.micrometer.observation.NullObservation;
import io.micrometer.observation.Observation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Observes the servers of one host: their starts, their sessions, and what is counted. Nothing here is keyed by caller. */
final class ServerObserver implements HostMonitor.Watch {

    private static final DefaultMcpStartConvention START = new DefaultMcpStartConvention();
    private static final DefaultMcpSessionConvention SESSION = new DefaultMcpSessionConvention();

    private final McpHost host;
    private final McpObservation settings;
    private final @Nullable ServerMeters meters;

    /** What is being observed, by the name of the server. */
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** An observation that has not ended yet. */
    private record Running(Observation observation, McpServerContext context) {}

    ServerObserver(McpHost host, McpObservation settings) {
        this.host = host;
        this.settings = settings;
        this.meters = settings.meters();
        if (meters != null) {
            meters.add(host);
        }
    }

    @Override
    public void onEvent(HostEvent event) {
        if (event instanceof HostEvent.StateChanged changed) {
            observe(changed.server(), changed.before(), changed.after());
        }
        if (meters != null && !closed) {
            measure(meters, event);
        }
    }

    private void measure(ServerMeters meters, HostEvent event) {
        if (event instanceof HostEvent.CurrentState now) {
            meters.add(host, now.server());
        } else if (event instanceof HostEvent.ServersChanged changed) {
            changed.change().removed().forEach(server -> meters.remove(host, server));
        } else if (event instanceof HostEvent.StateChanged changed) {
            meters.counters(changed.server()).changed(changed.before(), changed.after());
        } else if (event instanceof HostEvent.FromServer from && from.event() instanceof SessionEvent.Link link) {
            meters.counters(from.server()).reported(link.event());
        }
    }

    // -- starts and sessions

    private void observe(String server, ServerLife before, ServerLife after) {
        if (settings.observations().isNoop()) {
            return;
        }
        if (after instanceof ServerLife.Starting starting) {
            end(server, after);
            begin(McpServerContext.start(server, starting.generation()));
        } else if (after instanceof ServerLife.Ready ready) {
            session(server, before, ready.generation(), ready.peer());
        } else if (after instanceof ServerLife.Degraded degraded) {
            session(server, before, degraded.generation(), degraded.peer());
        } else {
            end(server, after);
        }
    }

    /** A session goes on while its server is degraded and recovers. */
    private void session(String server, ServerLife before, int generation, PeerInfo peer) {
        if (before.state().isUsable() && before.generation() == generation) {
            return;
        }
        end(server, null);
        begin(McpServerContext.session(server, generation, peer.revision(), endpoint(server)));
    }

    private Endpoint endpoint(String server) {
        for (ServerStatus status : host.servers()) {
            if (status.name().equals(server) && status.pid() != null) {
                return Endpoint.PIPE;
            }
        }
        return settings.endpoint(server);
    }

    private void begin(McpServerContext context) {
        boolean start = context.phase() == McpServerContext.Phase.START;
        McpServerConvention usual = start ? START : SESSION;
        // conventions are asked at the end; until then, and for samplers
        context.setContextualName(usual.getContextualName(context));
        // not a part of the call whose thread happens to start it
        Observation.Scope nobody = new NullObservation(settings.observations()).openScope();
        try {
            Observation observation = Observation.createNotStarted(
                    start ? settings.starts() : settings.sessions(), usual, () -> context, settings.observations());
            context.setParentObservation(null);
            running.put(context.server(), new Running(observation.start(), context));
        } finally {
            nobody.close();
        }
    }

    /**
     * What is observed of a server ends.
     *
     * @param after what the server is then; null if all is well
     */
    private void end(String server, @Nullable ServerLife after) {
        Running ended = running.remove(server);
        if (ended == null) {
            return;
        }
        if (after != null && after.error() != null) {
            ended.observation().error(after.error());
        } else if (after != null) {
            ended.context().cancel();
        }
        ended.observation().stop();
    }

    @Override
    public void onClosed() {
        closed = true;
        if (meters != null) {
            meters.remove(host);
        }
        for (String server : List.copyOf(running.keySet())) {
            Running left = running.remove(server);
            if (left != null) {
                left.context().cancel();
                left.observation().stop();
            }
        }
    }
}
