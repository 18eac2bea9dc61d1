package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The behaviour that differs between the eras: how a session introduces itself, pings, sets the log level, listens,
 * follows tasks, answers requests of the server and receives changes. The {@link Dialect} formats requests and creates
 * the era.
 */
sealed interface Era permits ModernEra, LegacyEra {

    /**
     * The session that an era is created for.
     *
     * @param ended emits when the session has ended
     * @param running background work that ends with the session
     */
    record Parts(
            PeerInfo peer,
            SessionOptions options,
            RequestSender requests,
            ServerRequests peerRequests,
            ResultCache cache,
            Notices notices,
            Mono<Termination> ended,
            Disposable.Composite running) {}

    /** Starts the background work of the session. */
    void begin();

    /** Notifies the server that the session has begun, if the era requires it. */
    Mono<Void> introduce();

    /** Checks that the server responds. */
    Mono<Void> ping();

    /** Whether the era has a request that only asks whether the server is there. */
    boolean supportsPing();

    /** The description of the server. */
    Mono<PeerInfo> discover(RequestOptions options);

    /** Sets the lowest level of log messages that the server sends to this caller. */
    Mono<Void> setLogLevel(Caller caller, LogLevel level);

    /** Listens for changes of a caller. */
    Flux<ListenSignal> listen(Caller caller, Subscriptions.SubscriptionFilter filter);

    /** Follows tasks. */
    TaskFollower tasks();

    /** Whether the server can list its tasks. */
    boolean listsTasks();

    /** Answers or rejects a request of the server. */
    void answer(JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp);

    /** Stops answering a request of the server. */
    void cancelled(@Nullable RequestId id, @Nullable ContextView context);

    /** The server lost the session of a caller, and a new one replaced it. */
    void sessionRenewed(Caller caller);

    /** A session was started for an additional caller. */
    void sessionBegun(Caller caller);

    /** The server has answered a request for a page of a list. */
    void listRead(String method);

    /** Whether a change of this list would currently be reported. */
    boolean notifies(ListKind kind);

    /** Whether the server notifies each caller of its own changes. */
    boolean notifiesEachCaller();

    /** The number of exchanges that only listen. */
    int listeningExchanges();

    /** The number of listening exchanges that the session started by itself. */
    int ownExchanges();
}
