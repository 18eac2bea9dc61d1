package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
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

/**
 * From 2026-07-28 on: no handshake. The session subscribes to changes with requests, and the server asks for input in
 * its responses.
 */
final class ModernEra implements Era {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private final ModernDialect dialect;
    private final String server;
    private final PeerInfo peer;
    private final SessionOptions options;
    private final RequestSender requests;
    private final ResultCache cache;
    private final Notices notices;
    private final Disposable.Composite running;
    private final SubscriptionStream stream;
    private final ChangeFeed feed;
    private final TaskFollower tasks;

    ModernEra(ModernDialect dialect, Parts parts) {
        this.dialect = dialect;
        this.server = parts.requests().server();
        this.peer = parts.peer();
        this.options = parts.options();
        this.requests = parts.requests();
        this.cache = parts.cache();
        this.notices = parts.notices();
        this.running = parts.running();
        this.stream = new SubscriptionStream(requests, dialect);
        this.feed = new ChangeFeed(server, stream, notices, options);
        this.tasks = new ExtensionTasks(requests, notices.all());
    }

    @Override
    public void begin() {
        Subscriptions.SubscriptionFilter filter =
                Changes.offered(Subscriptions.SubscriptionFilter.lists(), peer.capabilities());
        if (options.listen() && filter != null) {
            running.add(feed.listen(filter).subscribe());
        }
    }

    /** Each request identifies the client. */
    @Override
    public Mono<Void> introduce() {
        return Mono.empty();
    }

    @Override
    public boolean supportsPing() {
        return false;
    }

    @Override
    public Mono<Void> ping() {
        return discover(options.request().mutate().cache(CachePolicy.BYPASS).build())
                .then();
    }

    @Override
    public Mono<PeerInfo> discover(RequestOptions options) {
        return cache.findOrAsk(
                Methods.DISCOVER,
                null,
                PeerInfo.class,
                options.cache(),
                keeper -> requests.ask(
                                Methods.DISCOVER, RequestEffect.READS, null, Discovery.DiscoverResult.class, options)
                        .map(result -> {
                            PeerInfo now = Discover.peer(server, peer.revision(), result);
                            keeper.keep(result.ttlMs(), result.cacheScope(), now);
                            return now;
                        }));
    }

    /** Each request carries the level of its caller. */
    @Override
    public Mono<Void> setLogLevel(Caller caller, LogLevel level) {
        return Mono.fromRunnable(() -> dialect.logLevel(caller, level));
    }

    /** Invalidates what has changed before the notification is emitted, whoever the subscriber is. */
    @Override
    public Flux<ListenSignal> listen(Caller caller, Subscriptions.SubscriptionFilter filter) {
        return stream.listen(filter).doOnNext(signal -> onSignal(signal, caller));
    }

    private void onSignal(ListenSignal signal, Caller caller) {
        if (signal instanceof ListenSignal.ListChanged changed) {
            notices.invalidate(new SessionEvent.ListChanged(changed.kind()));
        } else if (signal instanceof ListenSignal.ResourceUpdated updated) {
            notices.report(new SessionEvent.ResourceUpdated(updated.uri()), caller);
        } else if (signal instanceof ListenSignal.TaskChanged changed) {
            notices.report(new SessionEvent.TaskChanged(changed.task()), caller);
        }
    }

    @Override
    public TaskFollower tasks() {
        return tasks;
    }

    @Override
    public boolean listsTasks() {
        return false;
    }

    /** "The client MUST NOT write JSON-RPC responses" (2026-07-28: basic/transports/stdio). */
    @Override
    public void answer(
            JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp) {
        log.warn(
                "[{}] its request {} is left unanswered: a modern server must not send requests",
                server,
                SafeText.line(requests.connection().mask(request.method()), 200));
    }

    /** No request of the server is being answered. */
    @Override
    public void cancelled(@Nullable RequestId id, @Nullable ContextView context) {}

    /** There are no sessions on the wire. */
    @Override
    public void sessionRenewed(Caller caller) {}

    /** There are no sessions on the wire. */
    @Override
    public void sessionBegun(Caller caller) {}

    @Override
    public void listRead(String method) {
        feed.listRead(method);
    }

    @Override
    public boolean notifies(ListKind kind) {
        return feed.notifies(kind);
    }

    /** The session subscribes without a caller. */
    @Override
    public boolean notifiesEachCaller() {
        return false;
    }

    @Override
    public int listeningExchanges() {
        return stream.exchanges();
    }

    @Override
    public int ownExchanges() {
        return feed.exchanges();
    }
}
