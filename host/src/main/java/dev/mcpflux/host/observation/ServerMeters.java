package dev.mcpflux.host.observation;

import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.WireTap;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What is measured of servers. Gauges read the hosts that run now; the last host that has a server takes its gauges along. Counters
 * stay, because what was counted is not undone. Nothing here is keyed by caller.
 */
final class ServerMeters {

    private final MeterRegistry registry;
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();

    private final List<McpHost> hosts = new CopyOnWriteArrayList<>();
    // guarded by this
    private final Map<String, Gauges> gauges = new ConcurrentHashMap<>();
    // guarded by this
    private final List<Meter> states = new ArrayList<>();

    ServerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** What is counted of a server, and goes on being counted when it is replaced by another of its name. */
    Counters counters(String server) {
        return counters.computeIfAbsent(server, name -> new Counters(registry, name));
    }

    /** A host begins to run. */
    synchronized void add(McpHost host) {
        hosts.add(host);
        if (hosts.size() == 1) {
            for (ServerState state : ServerState.values()) {
                states.add(gauge(
                        "mcpflux.servers",
                        "Servers in this state",
                        Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                        () -> all(hosts)
                                .filter(status -> status.state() == state)
                                .count()));
            }
        }
    }

    /** A host has this server. */
    synchronized void add(McpHost host, String server) {
        counters(server);
        if (hosts.contains(host)) {
            gauges.computeIfAbsent(server, Gauges::new).add(host);
        }
    }

    /** A host does not have this server any more. */
    synchronized void remove(McpHost host, String server) {
        Gauges of = gauges.get(server);
        if (of != null && of.removeLast(host)) {
            gauges.remove(server);
        }
    }

    /** A host has ended. */
    synchronized void remove(McpHost host) {
        hosts.remove(host);
        List.copyOf(gauges.keySet()).forEach(server -> remove(host, server));
        if (hosts.isEmpty()) {
            states.forEach(registry::remove);
            states.clear();
        }
    }

    private static Stream<ServerStatus> all(List<McpHost> hosts) {
        return hosts.stream().flatMap(host -> host.servers().stream());
    }

    private Gauge gauge(String name, String description, Tags tags, Supplier<Number> value) {
        return Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    /** The gauges of one server, in all hosts that have it. */
    private final class Gauges {
        private final String server;
        private final List<McpHost> having = new CopyOnWriteArrayList<>();
        private final List<Meter> meters = new ArrayList<>();

        Gauges(String server) {
            this.server = server;
            measure("mcpflux.calls.active", "Calls in progress", ServerStatus::calls);
            measure("mcpflux.calls.queued", "Calls that wait for their turn", ServerStatus::queued);
            measure(
                    "mcpflux.server.up",
                    "Whether the server can be used",
                    status -> status.state().isUsable() ? 1 : 0);
        }

        private void measure(String name, String description, ToDoubleFunction<ServerStatus> of) {
            Predicate<ServerStatus> mine = status -> status.name().equals(server);
            meters.add(gauge(
                    name,
                    description,
                    Tags.of(Attributes.SERVER, server),
                    () -> all(having).filter(mine).mapToDouble(of).sum()));
        }

        void add(McpHost host) {
            if (!having.contains(host)) {
                having.add(host);
            }
        }

        /** Whether nobody has the server any more. */
        boolean removeLast(McpHost host) {
            having.remove(host);
            if (having.isEmpty()) {
                meters.forEach(registry::remove);
                return true;
            }
            return false;
        }
    }

    /** What is counted of one server. */
    static final class Counters {
        private final Counter restarts;
        private final Counter quarantines;
        private final Counter stderr;
        private final Counter dropped;
        private final Counter strayText;
        private final Counter strayJson;
        private final Counter tooLong;
        private final Counter unmatched;
        private final DistributionSummary sent;
        private final DistributionSummary received;

        private Counters(MeterRegistry registry, String server) {
            Tags tags = Tags.of(Attributes.SERVER, server);
            restarts = counter(registry, "mcpflux.server.restarts", "Starts after the first one", tags);
            quarantines =
                    counter(registry, "mcpflux.server.quarantines", "How often the server was lost too often", tags);
            stderr = counter(registry, "mcpflux.server.stderr.lines", "Lines that the server wrote to stderr", tags);
            dropped = counter(
                    registry, "mcpflux.messages.dropped", "Messages dropped because their subscriber is slow", tags);
            strayText = stray(registry, tags, "not_json");
            strayJson = stray(registry, tags, "not_a_message");
            tooLong = stray(registry, tags, "too_long");
            unmatched = stray(registry, tags, "unmatched_response");
            sent = size(registry, tags, "sent");
            received = size(registry, tags, "received");
        }

        private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
            return Counter.builder(name).description(description).tags(tags).register(registry);
        }

        private static Counter stray(MeterRegistry registry, Tags tags, String kind) {
            return counter(
                    registry,
                    "mcpflux.messages.stray",
                    "What the server sent and nobody can use",
                    tags.and("kind", kind));
        }

        private static DistributionSummary size(MeterRegistry registry, Tags tags, String direction) {
            return DistributionSummary.builder("mcpflux.message.size")
                    .description("The messages and their bytes as JSON")
                    .baseUnit("bytes")
                    .tags(tags.and("direction", direction))
                    .register(registry);
        }

        void changed(ServerLife before, ServerLife after) {
            if (after instanceof ServerLife.Starting && after.generation() > 1) {
                restarts.increment();
            }
            if (after instanceof ServerLife.Quarantined && !(before instanceof ServerLife.Quarantined)) {
                quarantines.increment();
            }
        }

        void reported(ConnectionEvent event) {
            if (event instanceof ConnectionEvent.StderrLine) {
                stderr.increment();
            } else if (event instanceof ConnectionEvent.Dropped) {
                dropped.increment();
            } else if (event instanceof ConnectionEvent.Undecodable frame) {
                (frame.json() ? strayJson : strayText).increment();
            } else if (event instanceof ConnectionEvent.FrameTooLong) {
                tooLong.increment();
            } else if (event instanceof ConnectionEvent.UnmatchedResponse) {
                unmatched.increment();
            }
        }

        /** Counts the messages of one link and their bytes, without reading them. */
        WireTap tap() {
            return new WireTap() {
                @Override
                public void sent(JsonRpcMessage message) {
                    // a tap sees no bytes of what is sent: writes it once more, into nothing
                    sent.record((double) JsonRpcCodec.shared().bytes(message));
                }

                @Override
                public void received(Frame frame) {
                    received.record(frame.length());
                }
            };
        }
    }
}
