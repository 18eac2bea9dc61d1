package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Incoming;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.WireRecorder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * The lifecycle of a session: opens the connection, negotiates a revision, routes incoming messages to the
 * {@link ActiveSession}, and closes. Any thread may open and close at any moment.
 */
final class SessionLifecycle {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** Limits the warnings about a server whose every response is malformed in a different way. */
    private static final int MOST_WARNINGS = 256;

    private final Transport transport;
    private final SessionOptions options;
    private final EraMemory memory;
    private final EventSink<SessionEvent> events =
            new EventSink<>(SessionEvent.EventsDropped::new, event -> event.masked(this::mask));
    private final AtomicReference<Link> link = new AtomicReference<>(Link.NONE);
    private final Ending ending = new Ending(this::doClose);
    private final Set<ConnectionEvent.ElementDropped> warned = ConcurrentHashMap.newKeySet();
    private final Mono<PeerInfo> open;

    SessionLifecycle(Transport transport, SessionOptions options, EraMemory memory) {
        this.transport = WireRecorder.recorded(transport);
        this.options = options;
        this.memory = memory;
        Mono<PeerInfo> opened = Callbacks.once(this::doOpen).handle(this::stillOpen);
        // checked for each subscriber, so that a bad context of one does not fail the others
        this.open = Mono.deferContextual(context -> {
            CallContext.caller(context);
            return opened;
        });
    }

    /** Emits the original error; an error of the teardown becomes a suppressed exception of it. */
    // an exception must not be suppressed in itself
    @SuppressWarnings("ReferenceEquality")
    static Mono<Void> beneath(Throwable error, Throwable failedClose) {
        if (error != failedClose) {
            error.addSuppressed(failedClose);
        }
        return Mono.empty();
    }

    String name() {
        return transport.name();
    }

    Mono<PeerInfo> open() {
        return open;
    }

    /**
     * Keeps the result of the negotiation; without this check it would still be emitted after the session has ended.
     */
    private void stillOpen(PeerInfo peer, SynchronousSink<PeerInfo> sink) {
        if (link.get().closed) {
            sink.error(new McpClosedException(name(), "the session is closed"));
        } else {
            sink.next(peer);
        }
    }

    private Mono<PeerInfo> doOpen() {
        Connection first = transport.connection();
        if (!link.compareAndSet(Link.NONE, new Link(first, null, false))) {
            return Mono.error(new McpClosedException(name(), "the session is closed"));
        }
        watch(first);
        Opening opening = new Opening(first);
        return first.open()
                .doOnSuccess(open -> opening.launched = true)
                .then(Mono.defer(() -> Negotiation.of(options.era()).negotiate(opening)))
                .flatMap(peer -> begin(opening.connection(), peer))
                .timeout(options.startTimeout(), options.timer())
                .onErrorMap(TimeoutException.class, e -> startTimedOut(opening))
                .onErrorMap(McpConnectionException.class, e -> asStartFailure(opening.connection(), e))
                // a connection that was only used to probe may end without ending the session
                .doOnTerminate(() -> opening.connection().onTermination().subscribe(ending::end))
                // subscribers of the opening are notified after its resources are released
                .onErrorResume(this::closeAndFail);
    }

    /** One negotiation, which may need a second connection. */
    private final class Opening implements Negotiation.Attempt {
        private final long begin = options.timer().now(TimeUnit.NANOSECONDS);
        private volatile Connection connection;
        private volatile boolean launched;
        /** The failure of the previous connection. */
        private volatile @Nullable McpException before;

        Opening(Connection connection) {
            this.connection = connection;
        }

        @Override
        public String server() {
            return name();
        }

        @Override
        public String origin() {
            return transport.origin();
        }

        @Override
        public SessionOptions options() {
            return options;
        }

        @Override
        public EraMemory memory() {
            return memory;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public Duration left() {
            return options.startTimeout().minusNanos(options.timer().now(TimeUnit.NANOSECONDS) - begin);
        }

        @Override
        public Mono<Void> again(McpException because) {
            before = because;
            return connection.close().onErrorComplete().then(Mono.defer(() -> {
                Link before = link.get();
                Connection fresh = transport.connection();
                if (before.closed || !link.compareAndSet(before, new Link(fresh, null, false))) {
                    return Mono.error(new McpClosedException(name(), "the session is closed"));
                }
                connection = fresh;
                watch(fresh);
                return fresh.open()
                        .onErrorMap(
                                e -> e instanceof McpClosedException && !link.get().closed,
                                // a transport that supports only one connection
                                e -> new McpStartException(name(), "it cannot be restarted", Diagnostics.NONE, e));
            }));
        }
    }

    /**
     * Makes the session usable: from here on requests of the server are answered, and its changes are subscribed to.
     */
    private Mono<PeerInfo> begin(Connection connection, PeerInfo peer) {
        ActiveSession active = new ActiveSession(connection, peer, options, name(), events, onTermination());
        Link before = link.getAndUpdate(l -> l.closed ? l : new Link(connection, active, false));
        if (before.closed) {
            return Mono.error(new McpClosedException(name(), "the session is closed"));
        }
        return active.begin().thenReturn(peer);
    }

    private Mono<PeerInfo> closeAndFail(Throwable e) {
        return ending.close()
                .onErrorResume(failedClose -> beneath(e, failedClose))
                .then(Mono.error(e));
    }

    private Throwable startTimedOut(Opening opening) {
        Connection connection = opening.connection();
        boolean launched = opening.launched || connection.pid() != null;
        McpTimeoutException late = new McpTimeoutException(
                name(),
                launched ? McpTimeoutException.Phase.HANDSHAKE : McpTimeoutException.Phase.LAUNCH,
                launched ? "the handshake" : "the launch",
                options.startTimeout(),
                connection.diagnosticsSince(0));
        McpException before = opening.before;
        return before == null ? late : StartFailures.ofBoth(name(), before, late);
    }

    private Throwable asStartFailure(Connection connection, McpConnectionException e) {
        if (e instanceof McpStartException) {
            return e;
        }
        boolean again = transport.remote() && e.isTransient();
        return connection.isTerminated()
                ? new McpStartException(name(), "it ended before it was ready", e.diagnostics(), e, again)
                : new McpStartException(name(), e.problem(), e.diagnostics(), e, again);
    }

    /** Subscribes to the notifications and events of the connection, until the connection ends. */
    private void watch(Connection connection) {
        EventSink.direct(connection.events()).subscribe(event -> {
            ActiveSession active = link.get().active;
            if (active != null) {
                onLink(active, event);
            }
            if (event instanceof ConnectionEvent.ElementDropped dropped) {
                warn(dropped);
            }
            events.emit(new SessionEvent.Link(event));
        });
        connection
                .incoming()
                .subscribe(
                        message -> Callbacks.run(() -> onIncoming(connection, message)),
                        e -> log.warn("[{}] {}", name(), SafeText.line(e)));
    }

    private static void onLink(ActiveSession active, ConnectionEvent event) {
        if (event instanceof ConnectionEvent.SessionRenewed renewed) {
            active.era().sessionRenewed(renewed.caller());
        } else if (event instanceof ConnectionEvent.SessionBegun begun) {
            active.era().sessionBegun(begun.caller());
        } else if (event instanceof ConnectionEvent.SessionEnded ended) {
            active.forget(ended.caller());
        }
    }

    /** The only place that logs skipped elements: once for each element, however often it is read. */
    private void warn(ConnectionEvent.ElementDropped dropped) {
        if (warned.size() < MOST_WARNINGS && warned.add(dropped)) {
            log.warn("[{}] {}", name(), SafeText.line(dropped.describe(), 400));
        }
    }

    private void onIncoming(Connection connection, Incoming incoming) {
        ActiveSession active = link.get().active;
        JsonRpcMessage message = incoming.message();
        if (message instanceof JsonRpcMessage.Request request) {
            if (active != null) {
                active.era().answer(request, incoming.context(), incoming.callGivenUp());
            } else {
                // before the negotiation has finished, "the server SHOULD NOT send requests other than pings and
                // logging"
                new ServerRequests(
                                name(),
                                new InputHandlers(name(), options),
                                connection,
                                Deadlines.clock(options.timer()))
                        .acceptEarly(request, incoming.context());
            }
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            if (notification.params() instanceof CancelledParams cancelled) {
                // without an id it refers to no request: "Malformed notifications SHOULD be ignored"
                if (active != null && cancelled.requestId() != null) {
                    active.era().cancelled(cancelled.requestId(), incoming.context());
                }
                return;
            }
            SessionEvent event = toEvent(notification);
            if (active != null) {
                active.onEvent(event, incoming.caller());
            } else {
                events.emit(event);
            }
        }
    }

    private static SessionEvent toEvent(JsonRpcMessage.Notification notification) {
        Object params = notification.params();
        if (params instanceof LogMessage message) {
            return new SessionEvent.ServerLog(message);
        }
        if (params instanceof Resources.ResourceUpdatedParams updated) {
            return new SessionEvent.ResourceUpdated(updated.uri());
        }
        if (params instanceof Tasks.Task task) {
            return new SessionEvent.TaskChanged(task);
        }
        if (params instanceof Elicitation.ElicitationCompleteParams complete) {
            return new SessionEvent.ElicitationComplete(complete.elicitationId());
        }
        ListKind kind = ListKind.ofNotification(notification.method());
        return kind == null
                ? new SessionEvent.Other(notification.method(), params)
                : new SessionEvent.ListChanged(kind);
    }

    /** Masks configured secrets, once there is a connection that knows them. */
    String mask(String text) {
        Connection connection = connection();
        return connection == null ? text : connection.mask(text);
    }

    Flux<SessionEvent> events() {
        return events.flux();
    }

    Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    Link link() {
        return link.get();
    }

    @Nullable
    Connection connection() {
        return link.get().connection;
    }

    /** The session once it is open, also after it has ended; null before. */
    @Nullable
    ActiveSession active() {
        return link.get().active;
    }

    /** The open session; fails before it is open and after it has ended. */
    ActiveSession ready() {
        Link now = link.get();
        // cached results are not returned either: a cache that is shared would pass for that of the next session
        if (now.active == null || now.closed) {
            throw new McpClosedException(name(), now.closed ? "the session is closed" : "the session is not open yet");
        }
        return now.active;
    }

    Mono<Void> close() {
        return ending.close();
    }

    Mono<String> closeNow() {
        // closes the lifecycle first: from then on no other connection is opened
        return Mono.zip(ending.close().onErrorComplete().thenReturn(true), Mono.defer(() -> {
                    Connection connection = link.get().connection;
                    return connection == null ? Mono.just("nothing") : connection.closeNow();
                }))
                .map(both -> both.getT2());
    }

    private Mono<Void> doClose() {
        Link before = link.getAndUpdate(l -> new Link(l.connection, l.active, true));
        if (before.active != null) {
            before.active.end();
        }
        Connection connection = before.connection;
        if (connection == null) {
            ended();
            return Mono.empty();
        }
        return connection.close().doOnTerminate(this::ended);
    }

    private void ended() {
        ending.end(Termination.closed());
        events.complete();
    }

    /** The state of a session: without a connection, opening (no active session yet), open, closed. */
    record Link(@Nullable Connection connection, @Nullable ActiveSession active, boolean closed) {
        static final Link NONE = new Link(null, null, false);
    }
}
