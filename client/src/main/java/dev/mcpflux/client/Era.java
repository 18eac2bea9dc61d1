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
 * What a session does in its own way in each era: how it introduces itself, pings, sets the log level, listens, follows tasks,
 * answers the server's requests and learns of changes. How requests are worded is for the {@link Dialect}, which also makes
 * the era.
 */
sealed interface Era permits ModernEra, LegacyEra {

    /**
     * The session that an era is made for.
     *
     * @param ended emits when the session has ended
     * @param running what it starts and what has to end with the session
     */
    record Parts(
            PeerInfo peer,
            SessionOptions options,
            Requests requests,
            PeerRequests peerRequests,
            ResultCache cache,
            Notices notices,
            Mono<Termination> ended,
            Disposable.Composite running) {}

    /** Starts what goes on for as long as the session lives. */
    void begin();

    /** Tells the server that the session has begun, where it has to be told. */
    Mono<Void> introduce();

    /** Asks for a sign of life. */
    Mono<Void> ping();

    /** What the server says of itself. */
    Mono<PeerInfo> discover(RequestOptions limits);

    /** From which level on the server is to send log messages to this caller. */
    Mono<Void> setLogLevel(Caller caller, LogLevel level);

    /** Listens for changes on behalf of a caller. */
    Flux<ListenSignal> listen(Caller caller, Subscriptions.Filter filter);

    /** What follows tasks. */
    TaskFollower tasks();

    /** Whether the server can list the tasks that it keeps. */
    boolean listsTasks();

    /** Answers a request of the server, or refuses to. */
    void answer(JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp);

    /** Stops answering a request of the server. */
    void cancelled(@Nullable RequestId id, @Nullable ContextView context);

    /** The server had forgotten the session of a caller, and has a new one. */
    void sessionRenewed(Caller caller);

    /** A session was begun for one more caller. */
    void sessionBegun(Caller caller);

    /** The server has answered a request for a page of a list. */
    void listRead(String method);

    /** Whether a change of this list would be notified now. */
    boolean notifies(ListKind kind);

    /** Whether the server notifies each caller of what changes for that caller. */
    boolean notifiesEachCaller();

    /** How many exchanges are under way that only listen. */
    int listeningExchanges();

    /** How many of them nobody asked for. */
    int ownExchanges();
}
