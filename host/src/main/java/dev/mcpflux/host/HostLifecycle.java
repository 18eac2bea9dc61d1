package dev.mcpflux.host;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Callbacks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Starts the servers of a host and shuts them down. Its {@link Scope} holds what has been started, in order; a hook of the JVM
 * closes it where the application does not.
 */
final class HostLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HostLifecycle.class);

    /** What servers have listed is written within this time when the host is closed, or not at all. */
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(2);

    private final HostConfig config;
    private final ServerRegistry servers;
    private final @Nullable ListCache cache;
    private final HostEvents events;
    private final @Nullable HostMonitors monitors;
    private final Scope scope;
    private final Map<ServerSupervisor, Scope.Entry> adopted = new ConcurrentHashMap<>();
    private final ShutdownHook hook;
    private volatile boolean started;
    private final Mono<Void> startup = Callbacks.once(this::doStart);
    private final Mono<Void> start = Callbacks.once(this::startOrClose);
    private final Mono<Void> close = Callbacks.once(this::doClose);

    HostLifecycle(
            HostConfig config,
            ServerRegistry servers,
            HostEvents events,
            @Nullable ListCache cache,
            @Nullable HostMonitors monitors) {
        this.cache = cache;
        this.monitors = monitors;
        this.config = config;
        this.servers = servers;
        this.events = events;
        this.scope = new Scope(config.closeTimeout(), config.session().timer());
        this.hook = new ShutdownHook(
                // assembled when the JVM ends, not for each host
                Mono.defer(() -> calm().then(close)),
                config.shutdownGrace()
                        .plus(config.closeTimeout())
                        .plus(Scope.KILL_LIMIT)
                        .plusSeconds(1));
    }

    /** As {@link McpHost#start()}: a start that fails shuts the host down first. */
    Mono<Void> start() {
        return start;
    }

    private Mono<Void> startOrClose() {
        return startup.onErrorResume(e -> close.onErrorResume(shutdown -> {
                            suppress(shutdown, e);
                            return Mono.empty();
                        })
                        .then(Mono.error(e)))
                .then(Mono.defer(() -> scope.isClosing()
                        ? Mono.error(new McpClosedException(null, "the host is closed"))
                        : Mono.empty()));
    }

    /** Suppresses an error of the shutdown in that of the work, which may be the very same. */
    @SuppressWarnings("ReferenceEquality")
    static void suppress(Throwable shutdown, Throwable error) {
        if (shutdown != error) {
            error.addSuppressed(shutdown);
        }
    }

    /** Starts the servers, once; as {@link #start()}, but leaves closing to the caller. */
    Mono<Void> startup() {
        return startup;
    }

    private Mono<Void> doStart() {
        config.warnings().forEach(log::warn);
        if (monitors != null) {
            monitors.start(events);
        }
        if (config.shutdownHook()) {
            hook.add();
            if (scope.isClosing()) {
                // closed before it was started: closing has removed the hook, or does so after this
                hook.remove();
            }
        }
        // a server that is added from now on is started by whoever adds it
        started = true;
        List<ServerSupervisor> ordered = StartOrder.of(servers.all(), ServerSupervisor::definition);
        // the lifecycle owns the starting servers: the scope ends them, and not a caller that stops waiting
        Flux.fromIterable(ordered)
                .flatMap(this::startServer, config.maxConcurrentStarts())
                .subscribe(null, e -> log.error("starting the servers failed", e));
        return Mono.when(ordered.stream()
                .filter(server -> server.required() || config.startup() == HostConfig.Startup.SETTLED)
                .map(ServerSupervisor::awaitStart)
                .toList());
    }

    /** Starts a server whose release the scope has taken over; completes when it has settled, and never fails. */
    Mono<Void> startServer(ServerSupervisor server) {
        return Mono.defer(() -> {
            if (adopt(server)) {
                return server.start();
            }
            server.dismiss();
            return Mono.empty();
        });
    }

    /** A change may start a server while the host starts all that there are: it is adopted once. */
    private synchronized boolean adopt(ServerSupervisor server) {
        if (adopted.containsKey(server)) {
            return true;
        }
        Scope.Entry entry = entry(server);
        if (!scope.adopt(entry)) {
            return false;
        }
        adopted.put(server, entry);
        return true;
    }

    private static Scope.Entry entry(ServerSupervisor server) {
        return new Scope.Entry(
                server.name(), server.definition().options().dependsOn(), server.close(), Mono.defer(server::closeNow));
    }

    /**
     * Closes a server that has been removed, after its calls have ended or the time for that is over.
     *
     * @param dependents completes when the servers that are closed before it are gone
     */
    Mono<Void> retire(ServerSupervisor server, Mono<Void> dependents) {
        server.retire();
        Mono<Void> calm = new Calm(
                        server::callsUnderWay,
                        server.definition().options().lifetime().drainTimeout(),
                        config.session().timer())
                .await();
        return Mono.when(calm, dependents).takeUntilOther(scope.closing()).then(Mono.defer(() -> {
            Scope.Entry entry = adopted.remove(server);
            // one that was not started yet has nothing to release
            return entry == null ? server.close() : scope.release(entry);
        }));
    }

    /** Whether the servers have been started. */
    boolean isStarted() {
        return started;
    }

    /** Whether closing has begun. */
    boolean isClosing() {
        return scope.isClosing();
    }

    /** As {@link McpHost#close()}. */
    Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        Mono<Void> closed = cache == null
                ? scope.close()
                : Mono.whenDelayError(scope.close(), cache.flush().timeout(FLUSH_LIMIT, Mono.empty()));
        return closed.doOnTerminate(() -> {
            hook.remove();
            servers.all().forEach(ServerSupervisor::dismiss);
            events.complete();
            if (monitors != null) {
                monitors.close();
            }
        });
    }

    /** Completes when the calls under way have ended, within {@link HostConfig#shutdownGrace()}, or the host is closed. */
    private Mono<Void> calm() {
        return new Calm(
                        () -> servers.all().stream()
                                .mapToInt(ServerSupervisor::callsUnderWay)
                                .sum(),
                        config.shutdownGrace(),
                        config.session().timer())
                .await()
                .takeUntilOther(scope.closing());
    }

    /** Completes when closing begins. */
    Mono<Void> closing() {
        return scope.closing();
    }

    /** As {@link McpHost#closed()}. */
    Mono<Void> closed() {
        return scope.closed();
    }
}
