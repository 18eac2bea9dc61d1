package dev.mcpflux.session;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.PageParams;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.Transport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One server, opened over a transport and negotiated. A session is made cheaply and synchronously; {@link #open()} does
 * the work and {@link #close()} ends it, at any moment, from any thread. {@link #use} does both within one subscription.
 *
 * <p>Results arrive on the thread that reads from the server, which is
 * {@link reactor.core.scheduler.NonBlocking}. Every request is bounded in time ({@link RequestOptions}). Cancelling a
 * request tells the server to stop, unless it has answered (specification: basic/utilities/cancellation).
 */
public final class McpSession {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private final Transport transport;
    private final SessionOptions options;
    private final Negotiation negotiation = new LegacyHandshake();
    private final PeerRequests peerRequests = new PeerRequests();
    private final EventSink<SessionEvent> events = new EventSink<>();
    private final AtomicReference<Link> link = new AtomicReference<>(Link.NONE);
    private final Sinks.One<Termination> terminated = Sinks.one();
    private final Mono<PeerInfo> open;
    private final Mono<Void> close;

    private McpSession(Transport transport, SessionOptions options) {
        this.transport = transport;
        this.options = options;
        this.open = Mono.defer(this::doOpen).cache();
        this.close = Mono.defer(this::doClose).cache();
    }

    /** A session that is not open yet. */
    public static McpSession create(Transport transport, SessionOptions options) {
        return new McpSession(transport, options);
    }

    /**
     * Opens a session, uses it, and closes it.
     *
     * @return what {@code body} emits; the session is closed when it completes, fails or is cancelled, also while the
     *     session is still being opened. Completion and errors are passed on after the close has ended.
     */
    public static <T> Flux<T> use(
            Transport transport, SessionOptions options, Function<McpSession, ? extends Publisher<T>> body) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> create(transport, options)),
                session -> session.open().thenMany(Flux.defer(() -> body.apply(session))),
                McpSession::close,
                (session, error) -> session.close(),
                McpSession::close);
    }

    /** The configured name of the server. */
    public String name() {
        return transport.name();
    }

    /**
     * Starts or reaches the server and agrees on a revision, once, however often it is subscribed.
     *
     * @return what was agreed on; fails with {@link McpStartException} if the server cannot be started or ends before
     *     it is ready, {@link McpTimeoutException} after {@link SessionOptions#startTimeout()},
     *     {@link McpProtocolException} if there is no common revision, {@link McpClosedException} after
     *     {@link #close()}. A session that failed to open has already taken down what it had started.
     *     <p><em>Cancellation</em> stops waiting and nothing else: {@link #close()} ends an opening under way.
     */
    public Mono<PeerInfo> open() {
        return open;
    }

    private Mono<PeerInfo> doOpen() {
        Connection connection = transport.connection();
        if (!link.compareAndSet(Link.NONE, new Link(connection, null, false))) {
            return Mono.error(new McpClosedException(name(), "the session is closed"));
        }
        listen(connection);
        return connection
                .open()
                .then(Mono.defer(() -> negotiation.negotiate(name(), connection, options)))
                .timeout(options.startTimeout(), options.timer())
                .onErrorMap(TimeoutException.class, e -> startTimedOut(connection))
                .onErrorMap(McpConnectionException.class, this::asStartFailure)
                .doOnNext(peer -> link.updateAndGet(l -> l.closed ? l : new Link(connection, peer, false)))
                // who waits for the opening is told after what was started is gone
                .onErrorResume(this::closeAndFail);
    }

    /** The error of the opening is what counts; one of the teardown is kept beneath it. */
    private Mono<PeerInfo> closeAndFail(Throwable e) {
        return close.onErrorResume(failedClose -> {
                    e.addSuppressed(failedClose);
                    return Mono.empty();
                })
                .then(Mono.error(e));
    }

    private Throwable startTimedOut(Connection connection) {
        boolean launched = connection.pid() != null;
        return new McpTimeoutException(
                name(),
                launched ? McpTimeoutException.Phase.HANDSHAKE : McpTimeoutException.Phase.LAUNCH,
                launched ? "the handshake" : "the launch",
                options.startTimeout(),
                connection.diagnostics());
    }

    private Throwable asStartFailure(McpConnectionException e) {
        return e instanceof McpStartException
                ? e
                : new McpStartException(name(), "it ended before it was ready", e.diagnostics(), e);
    }

    /** Subscribes to what the connection tells by itself; all of it ends with the connection. */
    private void listen(Connection connection) {
        connection.events().subscribe(event -> events.emit(new SessionEvent.Link(event)));
        connection.onTermination().subscribe(terminated::tryEmitValue);
        connection
                .incoming()
                .subscribe(message -> onIncoming(connection, message), e -> log.warn("[{}] {}", name(), e.toString()));
    }

    private void onIncoming(Connection connection, JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Request request) {
            peerRequests
                    .answer(request)
                    .flatMap(connection::reply)
                    .subscribe(null, e -> log.debug("[{}] {} was not answered: {}", name(), request, e.toString()));
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            events.emit(toEvent(notification));
        }
    }

    private static SessionEvent toEvent(JsonRpcMessage.Notification notification) {
        if (notification.params() instanceof LogMessage message) {
            return new SessionEvent.ServerLog(message);
        }
        return switch (notification.method()) {
            case Methods.TOOLS_LIST_CHANGED -> new SessionEvent.ListChanged(SessionEvent.ListChanged.Kind.TOOLS);
            case Methods.PROMPTS_LIST_CHANGED -> new SessionEvent.ListChanged(SessionEvent.ListChanged.Kind.PROMPTS);
            case Methods.RESOURCES_LIST_CHANGED ->
                new SessionEvent.ListChanged(SessionEvent.ListChanged.Kind.RESOURCES);
            default -> new SessionEvent.Other(notification.method(), notification.params());
        };
    }

    /** What was agreed on, or null before the session is open. */
    public @Nullable PeerInfo peer() {
        return link.get().peer;
    }

    /** The id of the server's process where this side started one, else null. */
    public @Nullable Long pid() {
        Connection connection = link.get().connection;
        return connection == null ? null : connection.pid();
    }

    /** How many requests wait for their response now. */
    public int pendingRequests() {
        Connection connection = link.get().connection;
        return connection == null ? 0 : connection.pendingExchanges();
    }

    /** What is known now for an error message: exit code, last stderr lines. */
    public Diagnostics diagnostics() {
        Connection connection = link.get().connection;
        return connection == null ? Diagnostics.NONE : connection.diagnostics();
    }

    /** What the server and the link tell by themselves; hot, never fails, bounded, the oldest dropped. */
    public Flux<SessionEvent> events() {
        return events.flux();
    }

    /** Emits why the session ended and completes, once it has ended by itself or was closed. */
    public Mono<Termination> onTermination() {
        return terminated.asMono();
    }

    /**
     * The tools of the server, page after page, as they are asked for (specification: server/tools, listing tools).
     *
     * @return empty if the server offers no tools. Fails with {@link McpProtocolException} if the server gives a cursor
     *     it has given before, which would never end. <em>Cancellation</em> stops the page under way.
     */
    public Flux<Tool> listTools() {
        return Flux.defer(() -> {
            PeerInfo peer = peer();
            if (peer != null && peer.capabilities().tools() == null) {
                return Flux.empty();
            }
            Set<String> seen = new HashSet<>();
            return listTools(null)
                    .expand(page -> {
                        String next = page.nextCursor();
                        if (next == null) {
                            return Mono.empty();
                        }
                        return seen.add(next)
                                ? listTools(next)
                                : Mono.error(new McpProtocolException(
                                        name(), Methods.TOOLS_LIST + " repeats a cursor; the list would never end"));
                    })
                    // one page ahead of the subscriber at the most
                    .concatMapIterable(ListToolsResult::tools, 1);
        });
    }

    /**
     * One page of the tools of the server.
     *
     * @param cursor null for the first page, else the {@code nextCursor} of the page before
     */
    public Mono<ListToolsResult> listTools(@Nullable String cursor) {
        PageParams params = cursor == null ? null : new PageParams(cursor);
        return request(new RequestSpec(Methods.TOOLS_LIST, params, ListToolsResult.class), ListToolsResult.class);
    }

    /** Calls a tool with the session's limits; see {@link #callTool(String, Object, RequestOptions)}. */
    public Mono<CallToolResult> callTool(String tool, @Nullable Object arguments) {
        return callTool(tool, arguments, options.request());
    }

    /**
     * Calls a tool (specification: server/tools, calling tools).
     *
     * @param arguments what is written as a JSON object: a map, a record or a tree; null for none
     * @return the result, also where the tool reports an error ({@link CallToolResult#failed()}). Fails with
     *     {@link dev.mcpflux.error.PeerErrorException} if the server refuses the call, {@link McpTimeoutException},
     *     {@link McpConnectionException} if the server is lost, {@link dev.mcpflux.error.McpOverloadException}.
     *     <p><em>Cancellation</em> tells the server to stop.
     */
    public Mono<CallToolResult> callTool(String tool, @Nullable Object arguments, RequestOptions limits) {
        CallToolParams params = new CallToolParams(tool, arguments, null);
        return request(new RequestSpec(Methods.TOOLS_CALL, params, CallToolResult.class), CallToolResult.class, limits);
    }

    /** Calls a tool with the session's limits and asks for its progress. */
    public Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments) {
        return toolSignals(tool, arguments, options.request());
    }

    /**
     * Calls a tool and asks for its progress.
     *
     * @return the progress as the server reports it, then the result, then completion; errors and cancellation as with
     *     {@link #callTool(String, Object, RequestOptions)}. Progress starts the idle time-out anew. Progress that the
     *     subscriber does not ask for is kept up to 256 signals, the oldest dropped.
     */
    public Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments, RequestOptions limits) {
        RequestSpec spec = new RequestSpec(
                Methods.TOOLS_CALL,
                id -> new CallToolParams(tool, arguments, new RequestMeta(id)),
                CallToolResult.class,
                true);
        return Flux.defer(() -> {
            Connection connection = ready();
            Flux<ToolSignal> signals = connection
                    .exchange(spec)
                    .timeout(
                            Mono.delay(limits.idleTimeout(), options.timer()),
                            message -> Mono.delay(limits.idleTimeout(), options.timer()))
                    .onErrorMap(
                            TimeoutException.class,
                            e -> timedOut(connection, McpTimeoutException.Phase.IDLE, spec, limits.idleTimeout()))
                    .handle((message, sink) -> {
                        if (message instanceof JsonRpcMessage.Notification n
                                && n.params() instanceof ProgressParams p) {
                            sink.next(new ToolSignal.Progress(p.progress(), p.total(), p.message()));
                        } else if (message instanceof JsonRpcMessage.Success success) {
                            sink.next(new ToolSignal.Result((CallToolResult) success.result()));
                        } else if (message instanceof JsonRpcMessage.Response response) {
                            Replies.accept(name(), spec, response, ToolSignal.class, sink);
                        }
                    });
            return signals.takeUntilOther(Mono.delay(limits.totalTimeout(), options.timer())
                    .then(Mono.error(() ->
                            timedOut(connection, McpTimeoutException.Phase.REQUEST, spec, limits.totalTimeout()))));
        });
    }

    /**
     * Asks the server for a sign of life (specification 2024-11-05 to 2025-11-25: basic/utilities/ping).
     *
     * @return completes when the server has answered
     */
    public Mono<Void> ping() {
        return request(new RequestSpec(Methods.PING, null, EmptyResult.class), EmptyResult.class)
                .then();
    }

    private <R> Mono<R> request(RequestSpec spec, Class<R> type) {
        return request(spec, type, options.request());
    }

    private <R> Mono<R> request(RequestSpec spec, Class<R> type, RequestOptions limits) {
        // without progress there is no sign of life but the answer: the shorter of both limits holds
        Duration idle = limits.idleTimeout();
        Duration limit = idle.compareTo(limits.totalTimeout()) < 0 ? idle : limits.totalTimeout();
        return Mono.defer(() -> {
            Connection connection = ready();
            return Replies.single(name(), connection, spec, type)
                    .timeout(limit, options.timer())
                    .onErrorMap(
                            TimeoutException.class,
                            e -> timedOut(connection, McpTimeoutException.Phase.REQUEST, spec, limit));
        });
    }

    private McpException timedOut(
            Connection connection, McpTimeoutException.Phase phase, RequestSpec spec, Duration limit) {
        return new McpTimeoutException(name(), phase, spec.method(), limit, connection.diagnostics());
    }

    private Connection ready() {
        Link now = link.get();
        Connection connection = now.connection;
        if (connection == null || (now.peer == null && !now.closed)) {
            throw new McpClosedException(name(), "the session is not open yet");
        }
        return connection;
    }

    /**
     * Ends the session: requests under way fail, the connection is closed. Idempotent; one teardown, and everyone who
     * subscribes sees its end. <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    public Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        Link before = link.getAndUpdate(l -> new Link(l.connection, l.peer, true));
        Connection connection = before.connection;
        if (connection == null) {
            terminated.tryEmitValue(Termination.closed());
            events.complete();
            return Mono.empty();
        }
        return connection.close().doOnTerminate(() -> {
            terminated.tryEmitValue(Termination.closed());
            events.complete();
        });
    }

    /** Where the session is: without a connection, opening (no peer yet), open, closed. */
    private record Link(
            @Nullable Connection connection, @Nullable PeerInfo peer, boolean closed) {
        static final Link NONE = new Link(null, null, false);
    }
}
