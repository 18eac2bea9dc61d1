package dev.mcpflux.client;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.RequestEffect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Subscriptions in the legacy era: {@code resources/subscribe}, and notifications that servers send on their own
 * (specification up to 2025-11-25: server/resources, subscriptions). Keyed by {@link Caller} if each caller has a
 * session; a subscriber then receives the notifications of that session only.
 */
final class ResourceWatches {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);
    private static final int BUFFER = 256;

    private final RequestSender requests;
    private final ServerCapabilities capabilities;
    private final Flux<PeerNotice> told;
    private final Mono<Termination> ended;
    /**
     * The subscriptions at the server: one for all subscribers of a resource, or for all of the same caller if each
     * caller has a session.
     */
    private final Map<Watched, Flux<ListenSignal>> watched = new ConcurrentHashMap<>();

    /**
     * A subscribed resource.
     *
     * @param caller the caller whose session it belongs to; null for the shared session
     */
    private record Watched(@Nullable Caller caller, String uri) {}

    ResourceWatches(
            RequestSender requests, ServerCapabilities capabilities, Flux<PeerNotice> told, Mono<Termination> ended) {
        this.requests = requests;
        this.capabilities = capabilities;
        this.told = told;
        this.ended = ended;
    }

    Flux<ListenSignal> listen(SubscriptionFilter wanted) {
        return Flux.deferContextual(context -> {
            Caller caller = requests.connection().hasSessionPerCaller() ? Caller.of(context) : null;
            SubscriptionFilter offered = Changes.offered(wanted, capabilities);
            SubscriptionFilter filter =
                    offered == null ? new SubscriptionFilter(null, null, null, null, null) : offered;
            Flux<ListenSignal> lists = told.filter(news -> news.isFor(caller)
                            && news.event() instanceof SessionEvent.ListChanged changed
                            && changed.kind().isIn(filter))
                    .map(news -> new ListenSignal.ListChanged(((SessionEvent.ListChanged) news.event()).kind()));
            List<String> uris = filter.resourceSubscriptions() == null ? List.of() : filter.resourceSubscriptions();
            // subscribes to all at once, because none of them completes
            Flux<ListenSignal> resources =
                    Flux.fromIterable(uris).flatMap(uri -> watch(new Watched(caller, uri)), Math.max(1, uris.size()));
            Flux<ListenSignal> all =
                    Flux.merge(Mono.just(new ListenSignal.Acknowledged(filter)), Flux.never(), lists, resources);
            // a lost session fails its subscribers, as in the modern era
            return RequestSender.failWhen(
                    ended.map(cause ->
                            cause.toException(requests.server(), Methods.RESOURCES_SUBSCRIBE, CallOutcome.UNKNOWN)),
                    // notifications arrive through the session of the caller, so keep it alive
                    caller == null ? all : requests.connection().holdSession().switchMap(there -> all));
        });
    }

    private Flux<ListenSignal> watch(Watched what) {
        return Flux.deferContextual(context -> watched.computeIfAbsent(what, w -> watching(w, Context.of(context))))
                // a slow subscriber does not delay the others
                .onBackpressureBuffer(BUFFER, BufferOverflowStrategy.DROP_OLDEST);
    }

    private Flux<ListenSignal> watching(Watched what, Context context) {
        RequestOptions options = requests.options().request();
        Flux<ListenSignal> updates = told.filter(news -> news.isFor(what.caller)
                        && news.event() instanceof SessionEvent.ResourceUpdated updated
                        // "the uri may be a sub-resource of the one subscribed to" (2025-06-18:
                        // ResourceUpdatedNotification)
                        && isOrIsBeneath(updated.uri(), what.uri))
                .map(news -> new ListenSignal.ResourceUpdated(((SessionEvent.ResourceUpdated) news.event()).uri()));
        return Flux.usingWhen(
                        Mono.just(what.uri),
                        u -> Flux.merge(updates, subscribe(u, options).thenMany(Flux.<ListenSignal>never())),
                        u -> unsubscribe(u, options),
                        (u, error) -> Mono.empty(),
                        u -> unsubscribe(u, options))
                .doFinally(end -> watched.remove(what))
                // the context of the first subscriber: when the last one cancels, it identifies the session to
                // unsubscribe from
                .contextWrite(none -> context)
                .publish()
                .refCount();
    }

    /** A common prefix alone does not make a URI a sub-resource. */
    private static boolean isOrIsBeneath(String uri, String watched) {
        return uri.equals(watched)
                || (uri.startsWith(watched)
                        && (watched.endsWith("/") || "/?#".indexOf(uri.charAt(watched.length())) >= 0));
    }

    /**
     * Subscribes again after the server has lost the subscriptions.
     *
     * @param caller the caller whose session was lost
     */
    Mono<Void> watchAgain(Caller caller) {
        RequestOptions options = requests.options().request();
        return Flux.fromIterable(watched.keySet())
                .filter(what -> what.caller == null || what.caller.equals(caller))
                .concatMap(what -> subscribe(what.uri, options).onErrorResume(e -> {
                    log.warn(
                            "[{}] {} is no longer watched: {}",
                            requests.server(),
                            SafeText.line(what.uri, 400),
                            SafeText.line(e));
                    return Mono.empty();
                }))
                .then();
    }

    private Mono<EmptyResult> subscribe(String uri, RequestOptions options) {
        return requests.ask(
                Methods.RESOURCES_SUBSCRIBE,
                RequestEffect.READS,
                new Resources.ResourceUriParams(uri, null),
                EmptyResult.class,
                options);
    }

    private Mono<Void> unsubscribe(String uri, RequestOptions options) {
        return requests.ask(
                        Methods.RESOURCES_UNSUBSCRIBE,
                        RequestEffect.READS,
                        new Resources.ResourceUriParams(uri, null),
                        EmptyResult.class,
                        options)
                .then()
                .onErrorResume(e -> {
                    log.debug(
                            "[{}] unsubscribing from {} failed: {}",
                            requests.server(),
                            SafeText.line(uri, 400),
                            SafeText.line(e));
                    return Mono.empty();
                });
    }
}
