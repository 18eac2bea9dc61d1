package dev.mcpflux.cli;

import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.Subscriptions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Command(
        name = "watch",
        description = {
            "Print events, one line each, until Ctrl-C: states of servers, changes of their lists, updates of"
                    + " resources, logs, tasks, and messages that were lost.",
            "With --json each line is a JSON object. --log-level requests logs from servers; some send them without a request."
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

    @Mixin
    ServerSelection from = new ServerSelection();

    private final Clock clock = Clock.systemUTC();
    /** The last printed state of each server, so that no state is printed twice. */
    private final Map<String, ServerState> printedStates = new HashMap<>();

    @Override
    public Integer call() {
        return withHost(from, this::watch);
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
