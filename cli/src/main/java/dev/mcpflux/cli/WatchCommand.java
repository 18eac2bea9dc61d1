package dev.mcpflux.cli;

import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.host.CatalogueResource;
import dev.mcpflux.host.HostEvent;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.ServerState;
import dev.mcpflux.host.ServerStatus;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.transport.EventSink;
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
            "Print what happens, one line each, until Ctrl-C: states of servers, changes of their lists, updates of"
                    + " resources, logs, tasks, and messages that were lost.",
            "With --json each line is a JSON object. --log-level asks servers for logs; some send them unasked."
        })
final class WatchCommand extends HostCommand {

    @Option(
            names = "--resource",
            paramLabel = "URI",
            description = "Be told when this resource changes, by the servers that list it, else by all that tell of"
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
    From from = new From();

    private final Clock clock = Clock.systemUTC();
    /** The state that each server was last said to be in, so that none is told twice. */
    private final Map<String, ServerState> told = new HashMap<>();

    @Override
    public Integer call() {
        return withHost(from, this::watch);
    }

    /** The first that is to be seen is how servers start. */
    @Override
    boolean early() {
        return true;
    }

    /** Logs are lines of their own here. */
    @Override
    Mono<Void> prepare(McpHost host) {
        return Mono.empty();
    }

    private Mono<Integer> watch(McpHost host) {
        if (host.servers().isEmpty()) {
            output().note("mcpflux: there is no server to watch");
            return Mono.just(ExitCode.OK);
        }
        Flux<Happening> events = EventSink.direct(host.events()).handle((event, sink) -> {
            Happening happening = of(host, event);
            if (happening != null) {
                sink.next(happening);
            }
        });
        // the events come first: what changes between is told by both, and by the second only once
        Flux<Happening> all = Flux.merge(
                events, Flux.defer(() -> Flux.fromIterable(host.servers())).mapNotNull(this::of));
        Mono<Integer> printed = all.doOnNext(this::print)
                .takeUntil(happening -> nothingLeft(host))
                .then(Mono.fromSupplier(() -> ended(host)))
                .takeUntilOther(listen(host).then(Mono.never()));
        return limit == null
                ? printed
                : printed.takeUntilOther(Mono.delay(limit)).defaultIfEmpty(ExitCode.OK);
    }

    private synchronized @Nullable Happening of(McpHost host, HostEvent event) {
        if (!(event instanceof HostEvent.StateChanged changed)) {
            return Happening.of(clock.instant(), event, root().session.logLevel);
        }
        if (told.put(changed.server(), changed.to()) == changed.to()) {
            return null;
        }
        PeerInfo peer = host.servers().stream()
                .filter(s -> s.name().equals(changed.server()) && changed.to() == ServerState.READY)
                .findFirst()
                .map(ServerStatus::peer)
                .orElse(null);
        return Happening.state(clock.instant(), changed.server(), changed.to(), peer, changed.error());
    }

    private synchronized @Nullable Happening of(ServerStatus status) {
        return told.putIfAbsent(status.name(), status.state()) == null
                ? Happening.state(clock.instant(), status.name(), status.state(), status.peer(), status.error())
                : null;
    }

    private void print(Happening happening) {
        if (output().json()) {
            output().jsonLine(happening.json());
        } else {
            output().line(happening.line(ZoneId.systemDefault()));
        }
    }

    /** Nothing will happen any more: nobody starts here what has failed. */
    private static boolean nothingLeft(McpHost host) {
        return host.servers().stream()
                .allMatch(s -> s.state() == ServerState.FAILED
                        || s.state() == ServerState.CLOSED
                        || s.state() == ServerState.DISABLED);
    }

    private int ended(McpHost host) {
        if (host.servers().stream().anyMatch(s -> s.state() == ServerState.FAILED)) {
            output().note("mcpflux: no server is left to watch");
            return ExitCode.SERVER;
        }
        return ExitCode.OK;
    }

    /** What is heard comes as events, too; here it is asked for. */
    private Mono<Void> listen(McpHost host) {
        if (resources.isEmpty()) {
            return Mono.empty();
        }
        Subscriptions.Filter filter = Subscriptions.Filter.resources(resources.toArray(String[]::new));
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
        if (signal instanceof ListenSignal.Acknowledged told) {
            List<String> heard = told.filter().resourceSubscriptions();
            for (String uri : resources) {
                if (heard == null || !heard.contains(uri)) {
                    output().note("mcpflux: server '" + server + "' does not tell of changes of " + uri);
                }
            }
        }
    }
}
