package dev.mcpflux.client;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Logging;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestEffect;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Revisions 2024-11-05 to 2025-11-25: the session begins with {@code initialize}, and both sides send requests. */
final class LegacyEra implements Era {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private final LegacyDialect dialect;
    private final String server;
    private final PeerInfo peer;
    private final SessionOptions options;
    private final RequestSender requests;
    private final ServerRequests peerRequests;
    private final Notices notices;
    private final Disposable.Composite running;
    private final ResourceWatches watches;
    private final TaskFollower tasks;

    LegacyEra(LegacyDialect dialect, Parts parts) {
        this.dialect = dialect;
        this.server = parts.requests().server();
        this.peer = parts.peer();
        this.options = parts.options();
        this.requests = parts.requests();
        this.peerRequests = parts.peerRequests();
        this.notices = parts.notices();
        this.running = parts.running();
        this.watches = new ResourceWatches(requests, peer.capabilities(), notices.all(), parts.ended());
        this.tasks = new LegacyTasks(requests, notices.all(), declares(peer, "cancel"));
    }

    /** Whether the server runs tool calls as tasks. */
    static boolean runsTasks(PeerInfo peer) {
        return peer.revision() == ProtocolRevision.V2025_11_25
                && peer.capabilities().tasks() != null
                && peer.capabilities().tasks().path("requests").path("tools").has("call");
    }

    /** "capabilities.tasks.cancel controls if the tasks/cancel operation is supported", and so on (2025-11-25). */
    private static boolean declares(PeerInfo peer, String operation) {
        return peer.capabilities().tasks() != null
                && peer.capabilities().tasks().has(operation);
    }

    @Override
    public void begin() {
        running.add(peerRequests.start(options.maxConcurrentHandlers()));
    }

    @Override
    public Mono<Void> introduce() {
        // "After successful initialization, the client MUST send an initialized notification."
        Mono<Void> initialized = requests.connection()
                .notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))
                .doOnSuccess(sent -> notifyOfRoots());
        LogLevel level = options.logLevel();
        return level == null
                ? initialized
                : initialized.then(sendLogLevel(level)).onErrorResume(McpPeerErrorException.class, e -> {
                    log.warn("[{}] its log level could not be set: {}", server, SafeText.line(e));
                    return Mono.empty();
                });
    }

    private void notifyOfRoots() {
        running.add(options.handlers()
                .rootsChanges()
                .concatMap(change -> requests.connection()
                        .notify(new JsonRpcMessage.Notification(Methods.ROOTS_LIST_CHANGED, null))
                        .onErrorComplete())
                .subscribe(
                        null,
                        e -> log.warn(
                                "[{}] changes of the roots are no longer reported: {}", server, SafeText.line(e))));
    }

    @Override
    public boolean supportsPing() {
        return true;
    }

    @Override
    public Mono<Void> ping() {
        return requests.ask(Methods.PING, RequestEffect.READS, null, EmptyResult.class, options.request())
                .then();
    }

    /** The description that was received in the handshake. */
    @Override
    public Mono<PeerInfo> discover(RequestOptions options) {
        return Mono.just(peer);
    }

    @Override
    public Mono<Void> setLogLevel(Caller caller, LogLevel level) {
        return sendLogLevel(level).doOnSuccess(set -> dialect.logLevel(caller, level));
    }

    /** Over stdio this sets the level of the server for all callers, because they share one session. */
    private Mono<Void> sendLogLevel(LogLevel level) {
        return peer.capabilities().logging() == null
                ? Mono.empty()
                : requests.ask(
                                Methods.SET_LEVEL,
                                RequestEffect.READS,
                                new Logging.SetLevelParams(level, null),
                                EmptyResult.class,
                                options.request())
                        .then();
    }

    /** Changes that the server reports for its session have invalidated the cache already. */
    @Override
    public Flux<ListenSignal> listen(Caller caller, Subscriptions.SubscriptionFilter filter) {
        return watches.listen(filter);
    }

    @Override
    public TaskFollower tasks() {
        return tasks;
    }

    @Override
    public boolean listsTasks() {
        return runsTasks(peer) && declares(peer, "list");
    }

    @Override
    public void answer(
            JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp) {
        peerRequests.accept(request, context, callGivenUp);
    }

    @Override
    public void cancelled(@Nullable RequestId id, @Nullable ContextView context) {
        peerRequests.cancel(id, context);
    }

    /** Repeats the requests that set up the session, and reports that everything may have changed. */
    @Override
    public void sessionRenewed(Caller caller) {
        for (ListKind kind : ListKind.REPORTED) {
            notices.report(new SessionEvent.ListChanged(kind), caller);
        }
        introduceTo(caller, watches.watchAgain(caller));
    }

    /** Repeats the requests that set up the first session. */
    @Override
    public void sessionBegun(Caller caller) {
        introduceTo(caller, watches.watchAgain(caller));
    }

    private void introduceTo(Caller caller, Mono<Void> further) {
        LogLevel level = dialect.logLevel(caller);
        Mono<Void> again = level == null ? Mono.empty() : sendLogLevel(level).onErrorComplete();
        running.add(again.then(further)
                .contextWrite(caller::in)
                .subscribe(
                        null, e -> log.debug("[{}] its session could not be restored: {}", server, SafeText.line(e))));
    }

    /** The server notifies on its own, whether a list was read or not. */
    @Override
    public void listRead(String method) {}

    @Override
    public boolean notifies(ListKind kind) {
        return true;
    }

    /** Through the session of the caller, or over stdio through the shared session. */
    @Override
    public boolean notifiesEachCaller() {
        return true;
    }

    @Override
    public int listeningExchanges() {
        return 0;
    }

    @Override
    public int ownExchanges() {
        return 0;
    }
}
