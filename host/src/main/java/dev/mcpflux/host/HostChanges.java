package dev.mcpflux.host;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.StartGuard;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.text.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Changes which servers a running host has, one change after the other; see {@link McpHost#apply}. */
final class HostChanges {

    private static final Logger log = LoggerFactory.getLogger(HostChanges.class);

    private final HostConfig config;
    private final ServerRegistry servers;
    private final ServerFactory factory;
    private final HostLifecycle lifecycle;
    private final HostEvents events;

    // guarded by this: completes when the change before has ended
    private Mono<Void> last = Mono.empty();

    HostChanges(
            HostConfig config,
            ServerRegistry servers,
            ServerFactory factory,
            HostLifecycle lifecycle,
            HostEvents events) {
        this.config = config;
        this.servers = servers;
        this.factory = factory;
        this.lifecycle = lifecycle;
        this.events = events;
    }

    Mono<HostChange> add(ServerDefinition server) {
        return inTurn(() -> {
            if (servers.find(server.name()) != null) {
                throw new McpConfigurationException(server.name(), "there is a server of that name already");
            }
            List<ServerDefinition> next = definitions();
            next.add(server);
            return next;
        });
    }

    Mono<HostChange> remove(String name) {
        return inTurn(() -> {
            ServerSupervisor old = servers.get(name);
            List<ServerDefinition> next = definitions();
            next.remove(old.definition());
            return next;
        });
    }

    Mono<HostChange> replace(ServerDefinition server) {
        return inTurn(() -> {
            servers.get(server.name());
            List<ServerDefinition> next = definitions();
            next.replaceAll(old -> old.name().equals(server.name()) ? server : old);
            return next;
        });
    }

    Mono<HostChange> apply(List<ServerDefinition> next) {
        return inTurn(() -> next);
    }

    private List<ServerDefinition> definitions() {
        List<ServerDefinition> all = new ArrayList<>();
        servers.all().forEach(server -> all.add(server.definition()));
        return all;
    }

    /** The servers that there are to be, computed when the changes before have been made. */
    @FunctionalInterface
    private interface Wanted {
        List<ServerDefinition> servers();
    }

    private Mono<HostChange> inTurn(Wanted wanted) {
        return Mono.defer(() -> {
            Mono<HostChange> change;
            synchronized (this) {
                Mono<Void> before = last;
                // the next one waits for the end of this one, and holds nothing of it
                Sinks.Empty<Void> ended = Sinks.empty();
                change = Callbacks.once(() ->
                        before.then(Mono.defer(() -> make(wanted.servers()))).doFinally(end -> ended.tryEmitEmpty()));
                last = Callbacks.isolated(ended.asMono());
            }
            return change;
        });
    }

    private Mono<HostChange> make(List<ServerDefinition> wanted) {
        if (lifecycle.isClosing()) {
            return Mono.error(new McpClosedException(null, "the host is closed"));
        }
        // before anything is changed: fails where two have one name, or servers depend on each other in a circle
        requireDistinctNames(wanted);
        List<ServerDefinition> ordered = StartOrder.of(wanted, Function.identity());
        Plan plan = plan(wanted);
        if (plan.change().isEmpty()) {
            servers.set(plan.servers());
            return Mono.just(plan.change());
        }
        servers.set(plan.servers());
        events.emit(new HostEvent.ServersChanged("", plan.change()));
        List<Mono<Void>> work = new ArrayList<>();
        plan.retired().forEach(retired -> work.add(retired.gone()));
        if (lifecycle.isStarted()) {
            Flux<Void> starts = Flux.fromIterable(ordered)
                    .mapNotNull(definition -> plan.fresh().get(definition.name()))
                    .flatMap(lifecycle::startServer, config.maxConcurrentStarts());
            work.add(starts.then());
        }
        return Mono.when(work).thenReturn(plan.change());
    }

    private static void requireDistinctNames(List<ServerDefinition> wanted) {
        Set<String> names = new HashSet<>();
        for (ServerDefinition definition : wanted) {
            if (!names.add(definition.name())) {
                throw new McpConfigurationException(null, "two servers are called '" + definition.name() + "'");
            }
        }
    }

    /** A server that is taken out of the host; {@code gone} completes when it is closed, and never fails. */
    private record Retired(ServerSupervisor server, Mono<Void> gone) {}

    private record Plan(
            List<ServerSupervisor> servers,
            Map<String, ServerSupervisor> fresh,
            List<Retired> retired,
            HostChange change) {}

    private Plan plan(List<ServerDefinition> wanted) {
        List<String> added = new ArrayList<>();
        List<String> replaced = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        List<ServerSupervisor> next = new ArrayList<>();
        List<Retired> retired = new ArrayList<>();
        Map<String, ServerSupervisor> fresh = new LinkedHashMap<>();
        Map<String, ServerSupervisor> before = new HashMap<>(servers.servers());
        for (ServerDefinition definition : wanted) {
            String name = definition.name();
            ServerSupervisor old = before.remove(name);
            if (old != null && old.definition().equals(definition)) {
                unchanged.add(name);
                next.add(old);
                continue;
            }
            (old == null ? added : replaced).add(name);
            ServerSupervisor created = factory.create(definition, old == null ? Mono.empty() : retire(old, retired));
            fresh.put(name, created);
            next.add(created);
        }
        before.values().forEach(old -> retire(old, retired));
        List<String> removed = before.keySet().stream().sorted().toList();
        return new Plan(next, fresh, retired, new HostChange(added, removed, replaced, unchanged));
    }

    /** Returns what a new server of the same name waits for. */
    private Mono<Void> retire(ServerSupervisor old, List<Retired> retired) {
        Sinks.Empty<Void> closed = Sinks.empty();
        Mono<Void> gone = Callbacks.once(() -> lifecycle
                .retire(old, dependents(old, retired))
                .onErrorResume(e -> {
                    log.warn("[{}] closing it failed: {}", old.name(), SafeText.line(e));
                    return Mono.empty();
                })
                .doFinally(end -> closed.tryEmitEmpty()));
        retired.add(new Retired(old, gone));
        // two processes of one server may be in each other's way; the new one waits, and does not hold the old one
        return old.definition().remote() ? Mono.empty() : Callbacks.isolated(closed.asMono());
    }

    /** Completes when those that are taken out with a server and depend on it are closed. */
    private static Mono<Void> dependents(ServerSupervisor old, List<Retired> retired) {
        return Mono.when(retired.stream()
                .filter(other ->
                        other.server().definition().options().dependsOn().contains(old.name()))
                .map(Retired::gone)
                .toList());
    }

    Flux<HostChange> follow(Path file, UnaryOperator<HostConfig> adjust, Scheduler reader) {
        return new ConfigWatch(file, config.session().timer(), reader)
                .changes()
                .concatMap(changed -> Mono.fromCallable(() -> adjust.apply(guarded(changed, HostConfig.load(changed))))
                        .flatMap(read -> apply(kept(read.servers())))
                        .onErrorResume(e -> notApplied(file, e)))
                .filter(change -> !change.isEmpty())
                .takeUntilOther(lifecycle.closing());
    }

    /** What is read from a file that has a guard is started with its consent, too. */
    private HostConfig guarded(Path file, HostConfig read) {
        HostConfig guarded = read;
        for (StartGuard guard : config.guards()) {
            if (guard.covers(file)) {
                guarded = guarded.mutate()
                        .servers(server -> server.with(options -> options.guard(guard)))
                        .guard(guard)
                        .build();
            }
        }
        return guarded;
    }

    /** A server whose new entry is wrong stays as it was. */
    private List<ServerDefinition> kept(List<ServerDefinition> read) {
        List<ServerDefinition> next = new ArrayList<>();
        for (ServerDefinition definition : read) {
            ServerSupervisor now = servers.find(definition.name());
            if (definition instanceof ServerDefinition.Invalid invalid
                    && now != null
                    && !(now.definition() instanceof ServerDefinition.Invalid)) {
                McpConfigurationException problem =
                        McpConfigurationException.at(invalid.place(), invalid.name(), invalid.problem());
                log.warn("{}; it stays as it was", problem.getMessage());
                events.emit(new HostEvent.ReloadFailed(invalid.name(), problem));
                next.add(now.definition());
            } else {
                next.add(definition);
            }
        }
        return next;
    }

    private Mono<HostChange> notApplied(Path file, Throwable e) {
        if (e instanceof McpClosedException) {
            return Mono.empty();
        }
        log.warn("{} is not applied: {}", file.getFileName(), SafeText.line(e));
        events.emit(new HostEvent.ReloadFailed("", e));
        return Mono.empty();
    }
}
