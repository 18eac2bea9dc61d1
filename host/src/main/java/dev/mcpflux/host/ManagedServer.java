package dev.mcpflux.host;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.session.PeerInfo;
import dev.mcpflux.session.SessionEvent;
import dev.mcpflux.session.SessionOptions;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One server of a host: its session, where it is in its life, and what was read of its tools. */
final class ManagedServer {

    private static final Logger log = LoggerFactory.getLogger(McpHost.class);

    private final ServerConfig config;
    private final SessionOptions options;
    private final McpSession session;
    private final EventSink<HostEvent> events;
    private final AtomicReference<Life> life = new AtomicReference<>(Life.BEGIN);
    private final Sinks.Empty<Void> settled = Sinks.empty();
    private final AtomicReference<@Nullable Mono<List<Tool>>> tools = new AtomicReference<>();
    private final Mono<Void> start;
    private final Mono<Void> close;

    ManagedServer(ServerConfig config, SessionOptions defaults, EventSink<HostEvent> events) {
        this.config = config;
        this.events = events;
        SessionOptions own = defaults;
        if (config.startTimeout() != null) {
            own = own.withStartTimeout(config.startTimeout());
        }
        if (config.request() != null) {
            own = own.withRequest(config.request());
        }
        this.options = own;
        this.session = McpSession.create(config.transport(), own);
        this.start = Mono.defer(this::doStart).cache();
        this.close = Mono.defer(this::doClose).cache();
    }

    String name() {
        return config.name();
    }

    boolean required() {
        return config.required();
    }

    /** Starts it, once; completes when it is ready or has failed, and never fails itself. */
    Mono<Void> start() {
        return start;
    }

    private Mono<Void> doStart() {
        long begin = now();
        if (!move(l -> l.state == ServerState.PENDING ? l.to(ServerState.STARTING, 1) : l)) {
            return Mono.empty();
        }
        // these end with the session
        session.events().subscribe(this::onEvent);
        session.onTermination().subscribe(this::onTermination);
        return session.open()
                .doOnNext(peer -> {
                    Duration took = Duration.ofMillis(now() - begin);
                    move(l -> l.state == ServerState.STARTING ? l.ready(peer, took) : l);
                })
                .doOnError(e -> move(l -> l.state == ServerState.STARTING ? l.failed(asMcp(e)) : l))
                // not lost: it is the server's state now, and told by it
                .onErrorComplete()
                .then()
                .doOnTerminate(() -> settled.tryEmitEmpty());
    }

    private McpException asMcp(Throwable e) {
        return e instanceof McpException mcp
                ? mcp
                : new McpConnectionException(name(), "it failed: " + e, Diagnostics.NONE, e);
    }

    /**
     * Completes when the server has settled; fails, for a required server, if it has failed.
     */
    Mono<Void> awaitStart() {
        return settled.asMono().then(Mono.defer(() -> {
            Life now = life.get();
            return required() && now.state == ServerState.FAILED
                    ? Mono.error(new McpServerUnavailableException(name(), now.state, now.error))
                    : Mono.empty();
        }));
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.ListChanged changed
                && changed.kind() == SessionEvent.ListChanged.Kind.TOOLS) {
            tools.set(null);
        }
        events.emit(new HostEvent.FromServer(name(), event));
    }

    private void onTermination(Termination cause) {
        if (cause.kind() == Termination.Kind.LOST
                && move(l -> l.state == ServerState.READY ? l.failed(cause.toException(name(), null)) : l)) {
            log.warn("[{}] lost: {}", name(), cause.reason());
            // what is left of it, a process without stdout or a grandchild, goes now and not when the host closes
            session.close().subscribe(null, e -> log.warn("[{}] closing it failed: {}", name(), e.toString()));
        }
    }

    /** The session, once it is ready; fails with {@link McpServerUnavailableException} if it is not or no longer. */
    Mono<McpSession> session() {
        return Mono.defer(() -> {
            Life now = life.get();
            return switch (now.state) {
                case READY -> Mono.just(session);
                case PENDING, STARTING -> settled.asMono().then(Mono.defer(this::settledSession));
                default -> Mono.error(new McpServerUnavailableException(name(), now.state, now.error));
            };
        });
    }

    private Mono<McpSession> settledSession() {
        Life now = life.get();
        return now.state == ServerState.READY
                ? Mono.just(session)
                : Mono.error(new McpServerUnavailableException(name(), now.state, now.error));
    }

    /** Its tools, read once and again after the server has said that they changed. A failure is not kept. */
    Mono<List<Tool>> tools() {
        return session().flatMap(open -> {
            Mono<List<Tool>> known = tools.get();
            if (known != null) {
                return known;
            }
            Mono<List<Tool>> fresh = open.listTools()
                    .collectList()
                    .map(List::copyOf)
                    .doOnError(e -> tools.set(null))
                    .cache();
            return tools.compareAndSet(null, fresh) ? fresh : tools();
        });
    }

    ServerStatus status() {
        Life now = life.get();
        boolean there =
                now.state == ServerState.STARTING || now.state == ServerState.READY || now.state == ServerState.CLOSING;
        return new ServerStatus(
                name(), now.state, now.peer, there ? session.pid() : null, now.startTime, now.generation, now.error);
    }

    int pendingRequests() {
        return session.pendingRequests();
    }

    Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        move(l -> l.state == ServerState.FAILED ? l : l.to(ServerState.CLOSING, l.generation));
        return session.close().doOnTerminate(() -> {
            move(l -> l.state == ServerState.FAILED ? l : l.to(ServerState.CLOSED, l.generation));
            settled.tryEmitEmpty();
        });
    }

    /** For a server that was never started. */
    void dismiss() {
        if (move(l -> l.state == ServerState.PENDING ? l.to(ServerState.CLOSED, l.generation) : l)) {
            settled.tryEmitEmpty();
        }
    }

    /** Goes to another state and tells so; returns whether it did. */
    // a step that changes nothing gives back the very same life
    @SuppressWarnings("ReferenceEquality")
    private boolean move(UnaryOperator<Life> step) {
        Life before = life.getAndUpdate(step);
        Life after = step.apply(before);
        if (after == before) {
            return false;
        }
        log.debug("[{}] {} -> {}", name(), before.state, after.state);
        events.emit(new HostEvent.StateChanged(name(), before.state, after.state, after.error));
        return true;
    }

    private long now() {
        return options.timer().now(TimeUnit.MILLISECONDS);
    }

    private record Life(
            ServerState state,
            int generation,
            @Nullable PeerInfo peer,
            @Nullable Duration startTime,
            @Nullable McpException error) {

        static final Life BEGIN = new Life(ServerState.PENDING, 0, null, null, null);

        Life to(ServerState next, int nextGeneration) {
            return new Life(next, nextGeneration, peer, startTime, error);
        }

        Life ready(PeerInfo info, Duration took) {
            return new Life(ServerState.READY, generation, info, took, null);
        }

        Life failed(McpException cause) {
            return new Life(ServerState.FAILED, generation, peer, startTime, cause);
        }
    }
}
