package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.terminal.LiveTerminal;
import dev.mcpflux.cli.watch.LiveWatch;
import dev.mcpflux.cli.watch.WatchEvent;
import dev.mcpflux.cli.watch.WatchModel;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.Subscriptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Command(
        name = "watch",
        description = {
            "Show a live table of the servers: state, generation of the session, time in that state, calls in progress and"
                    + " waiting, round trips of the probes of this command (P50, P99) and the latest error. Servers that are"
                    + " lost are started again, and changes of the configuration file are applied.",
            "Keys: q quit, j/k or arrows select, r restart, u release from quarantine, s sort, space pause, e whole error,"
                    + " l log, ? help.",
            "Without a terminal, or with --lines, --json or --resource, it prints events, one line each, until Ctrl-C: states"
                    + " of servers, changes of their lists, updates of resources, logs, tasks, and messages that were lost."
                    + " Then lost servers are not started again, and it ends when no server is left. With --json each line is"
                    + " a JSON object.",
            "--log-level requests logs from servers; some send them without a request."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux -c mcp.json watch",
            "  mcpflux watch --probe 1s --from files",
            "  mcpflux watch --lines | grep failed",
            "  mcpflux watch --resource memo://note --for 10m"
        })
final class WatchCommand extends HostCommand {

    @Option(
            names = "--resource",
            paramLabel = "URI",
            description = "Report changes of this resource, by the servers that list it, else by all that report"
                    + " resources. Repeatable.")
    List<String> resources = new ArrayList<>();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Mcpflux.DurationConverter.class,
            description = "Stop after this time, like 500ms, 30s or 1m30s. Default: when interrupted.")
    @Nullable
    Duration limit;

    @Option(names = "--lines", description = "Print lines on a terminal, too.")
    boolean lines;

    @Option(
            names = "--probe",
            paramLabel = "TIME",
            converter = ProbeConverter.class,
            description =
                    "How often the table asks each ready server for an answer, or off. Default: 5s. Servers with an"
                            + " idleTimeout are not asked, since that would keep them from becoming idle.")
    Duration probe = Duration.ofSeconds(5);

    @Option(names = "--no-follow", description = "Do not apply changes of the configuration file to the table.")
    boolean noFollow;

    @Mixin
    ServerSelection from = new ServerSelection();

    private final Clock clock = Clock.systemUTC();
    /** The last printed state of each server, so that no state is printed twice. */
    private final Map<String, ServerState> printedStates = new HashMap<>();

    /** Servers that become idle, which a probe would keep awake. */
    private final Set<String> idling = ConcurrentHashMap.newKeySet();

    private @Nullable LiveTerminal terminal;

    /** The live table; null while there is none. */
    private volatile @Nullable LiveWatch live;

    @Override
    public Integer call() {
        terminal = lines || root().json || !resources.isEmpty() ? null : root().liveTerminal();
        if (terminal == null) {
            return withHost(from, this::watch);
        }
        root().session.unattended = true;
        try {
            return withHost(from, this::show);
        } finally {
            terminal.close();
        }
    }

    @Override
    boolean restarts() {
        return terminal != null;
    }

    @Override
    boolean follows() {
        return terminal != null && !noFollow;
    }

    /** A table shows a server that cannot be started, and does not end with it. */
    @Override
    ServerDefinition adapted(ServerDefinition server) {
        if (terminal == null) {
            return server;
        }
        boolean idles = server.options().lifetime().idleTimeout() != null;
        boolean ignored = idles ? idling.add(server.name()) : idling.remove(server.name());
        return server.with(options -> options.required(false));
    }

    @Override
    void interrupted() {
        LiveWatch table = live;
        if (table == null) {
            return;
        }
        // what is printed from now on has to be seen; a terminal that takes nothing does not keep servers running
        Thread closing = new Thread(table::close, "mcpflux-restore");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Mono<Integer> show(McpHost host) {
        LiveTerminal screen = Objects.requireNonNull(terminal);
        Path file = source();
        WatchModel model = new WatchModel(
                clock,
                ZoneId.systemDefault(),
                file == null ? "command line" : file.toString(),
                root().session.logLevel);
        LiveWatch.Options options = new LiveWatch.Options(
                probe.isZero() ? null : probe,
                name -> !idling.contains(name),
                noFollow ? null : file,
                read -> reloaded(read)
                        .mutate()
                        .only(server -> from.wanted().test(server.name()))
                        .build());
        LiveWatch table = new LiveWatch(model, screen, output(), options, System::nanoTime);
        live = table;
        Mono<Integer> shown = table.show(host).thenReturn(ExitCode.OK);
        return limit == null ? shown : shown.takeUntilOther(Mono.delay(limit)).defaultIfEmpty(ExitCode.OK);
    }

    /** Reads a time, or off as zero. */
    static final class ProbeConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return value.equalsIgnoreCase("off") ? Duration.ZERO : new Mcpflux.DurationConverter().convert(value);
        }
    }

    /** The start of the servers is printed as well. */
    @Override
    boolean early() {
        return true;
    }

    /** Logs are events with their own lines here. */
    @Override
    Mono<Void> prepare(McpHost host) {
        return Mono.empty();
    }

    private Mono<Integer> watch(McpHost host) {
        if (host.servers().isEmpty()) {
            output().note("mcpflux: there is no server to watch");
            return Mono.just(ExitCode.OK);
        }
        Flux<WatchEvent> events = EventSink.direct(host.events()).handle((event, sink) -> {
            WatchEvent watched = of(host, event);
            if (watched != null) {
                sink.next(watched);
            }
        });
        Mono<Integer> printed = events.doOnNext(this::print)
                .takeUntil(watched -> nothingLeft(host))
                .then(Mono.fromSupplier(() -> ended(host)))
                .takeUntilOther(listen(host).then(Mono.never()));
        return limit == null
                ? printed
                : printed.takeUntilOther(Mono.delay(limit)).defaultIfEmpty(ExitCode.OK);
    }

    private synchronized @Nullable WatchEvent of(McpHost host, HostEvent event) {
        if (event instanceof HostEvent.CurrentState now) {
            return of(host, now.server(), now.state(), now.error());
        }
        return event instanceof HostEvent.StateChanged changed
                ? of(host, changed.server(), changed.to(), changed.error())
                : WatchEvent.of(clock.instant(), event, root().session.logLevel);
    }

    private @Nullable WatchEvent of(McpHost host, String server, ServerState state, @Nullable McpException error) {
        if (printedStates.put(server, state) == state) {
            return null;
        }
        PeerInfo peer = host.servers().stream()
                .filter(s -> s.name().equals(server) && state == ServerState.READY)
                .findFirst()
                .map(ServerStatus::peer)
                .orElse(null);
        return WatchEvent.state(clock.instant(), server, state, peer, error);
    }

    private void print(WatchEvent watched) {
        if (output().json()) {
            output().jsonLine(watched.json());
        } else {
            output().line(watched.line(ZoneId.systemDefault()));
        }
    }

    private int ended(McpHost host) {
        if (host.servers().stream().anyMatch(s -> s.state() == ServerState.FAILED)) {
            output().note("mcpflux: no server is left to watch");
            return ExitCode.SERVER;
        }
        return ExitCode.OK;
    }

    /** Subscribes to changes of resources; they arrive as events, too. */
    private Mono<Void> listen(McpHost host) {
        if (resources.isEmpty()) {
            return Mono.empty();
        }
        Subscriptions.SubscriptionFilter filter =
                Subscriptions.SubscriptionFilter.resources(resources.toArray(String[]::new));
        return host.resources()
                .filter(entry -> resources.contains(entry.resource().uri()))
                .map(CatalogueResource::server)
                .collect(Collectors.toCollection(LinkedHashSet::new))
                .flatMapIterable(listing -> listing.isEmpty()
                        ? host.servers().stream().map(ServerStatus::name).toList()
                        : listing)
                .flatMap(server -> host.listen(server, filter)
                        .doOnNext(signal -> acknowledged(server, signal))
                        .onErrorResume(e -> {
                            output().note("mcpflux: " + e.getMessage());
                            return Mono.empty();
                        }))
                .then();
    }

    private void acknowledged(String server, ListenSignal signal) {
        if (signal instanceof ListenSignal.Acknowledged acknowledged) {
            List<String> heard = acknowledged.filter().resourceSubscriptions();
            for (String uri : resources) {
                if (heard == null || !heard.contains(uri)) {
                    output().note("mcpflux: server '" + server + "' does not report changes of " + uri);
                }
            }
        }
    }
}
