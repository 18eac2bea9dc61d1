package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Subscriptions.Filter;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.util.context.Context;

/**
 * Being told of changes: {@code subscriptions/listen} in the modern era, {@code resources/subscribe} and what legacy
 * servers tell by themselves in the other. Keyed by {@link Caller} where each has a session: who listens hears what that session
 * told, and nothing of another.
 */
final class Listening {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);
    private static final int BUFFER = 256;

    private final Requests requests;
    private final ServerCapabilities capabilities;
    private final Flux<Told> told;
    private final Mono<Termination> ended;
    /**
     * What is watched in the legacy era: one subscription at the server for all who listen, or where each caller has a session,
     * for all who listen on behalf of that caller.
     */
    private final Map<Watched, Flux<ListenSignal>> watched = new ConcurrentHashMap<>();

    private final AtomicInteger open = new AtomicInteger();

    /**
     * What a server told by itself.
     *
     * @param caller by whose session; null by the one of all
     */
    record Told(@Nullable Caller caller, SessionEvent event) {

        boolean isFor(@Nullable Caller listener) {
            return caller == null || caller.equals(listener);
        }
    }

    /**
     * A resource that is watched.
     *
     * @param caller by whose session; null by the one of all
     */
    private record Watched(@Nullable Caller caller, String uri) {}

    Listening(Requests requests, ServerCapabilities capabilities, Flux<Told> told, Mono<Termination> ended) {
        this.requests = requests;
        this.capabilities = capabilities;
        this.told = told;
        this.ended = ended;
    }

    Flux<ListenSignal> listen(Filter filter) {
        return requests.dialect().modern() ? modern(filter) : legacy(filter);
    }

    private Flux<ListenSignal> modern(Filter filter) {
        RequestOptions limits = requests.options().request();
        RequestSpec spec = new RequestSpec(
                Methods.LISTEN,
                (id, context) -> new Subscriptions.ListenParams(
                        filter, requests.dialect().subscriptionMeta(context, limits)),
                Subscriptions.ListenResult.class,
                true,
                false);
        return Flux.using(
                open::incrementAndGet, begun -> exchange(spec, limits), begun -> open.decrementAndGet(), false);
    }

    /** How many exchanges are under way that only listen. */
    int exchanges() {
        return open.get();
    }

    private Flux<ListenSignal> exchange(RequestSpec spec, RequestOptions limits) {
        long mark = requests.connection().mark();
        return requests.connection()
                .exchange(spec)
                // the acknowledgement is waited for as for any answer; what follows may take for ever
                .timeout(Mono.delay(limits.idleTimeout(), requests.timer()), message -> Mono.never())
                .onErrorMap(
                        TimeoutException.class,
                        e -> requests.timedOut(
                                McpTimeoutException.Phase.REQUEST,
                                Methods.LISTEN,
                                limits.idleTimeout(),
                                limits.source(),
                                mark))
                .handle((message, sink) -> signal(spec, message, sink));
    }

    private void signal(RequestSpec spec, JsonRpcMessage message, SynchronousSink<ListenSignal> sink) {
        if (message instanceof JsonRpcMessage.Response response) {
            McpException problem = Replies.problem(requests.connection(), requests.server(), spec, response, null);
            if (problem != null) {
                sink.error(problem);
            }
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            ListenSignal signal = toSignal(notification);
            if (signal != null) {
                sink.next(signal);
            }
        }
    }

    private static @Nullable ListenSignal toSignal(JsonRpcMessage.Notification notification) {
        Object params = notification.params();
        if (params instanceof Subscriptions.AcknowledgedParams acknowledged) {
            return new ListenSignal.Acknowledged(
                    acknowledged.notifications() == null
                            ? new Filter(null, null, null, null, null)
                            : acknowledged.notifications());
        }
        if (params instanceof Resources.UpdatedParams updated) {
            return new ListenSignal.ResourceUpdated(updated.uri());
        }
        if (params instanceof Tasks.Task task) {
            return new ListenSignal.TaskChanged(task);
        }
        SessionEvent.ListChanged.Kind kind = kind(notification.method());
        return kind == null ? null : new ListenSignal.ListChanged(kind);
    }

    static SessionEvent.ListChanged.@Nullable Kind kind(String method) {
        return switch (method) {
            case Methods.TOOLS_LIST_CHANGED -> SessionEvent.ListChanged.Kind.TOOLS;
            case Methods.PROMPTS_LIST_CHANGED -> SessionEvent.ListChanged.Kind.PROMPTS;
            case Methods.RESOURCES_LIST_CHANGED -> SessionEvent.ListChanged.Kind.RESOURCES;
            default -> null;
        };
    }

    /** Which list a method reads; null for one that is no list whose changes are told. */
    static SessionEvent.ListChanged.@Nullable Kind listed(String method) {
        return switch (method) {
            case Methods.TOOLS_LIST -> SessionEvent.ListChanged.Kind.TOOLS;
            case Methods.PROMPTS_LIST -> SessionEvent.ListChanged.Kind.PROMPTS;
            case Methods.RESOURCES_LIST, Methods.RESOURCE_TEMPLATES_LIST -> SessionEvent.ListChanged.Kind.RESOURCES;
            default -> null;
        };
    }

    /** What of a filter the server says it can do; null where nothing is left of it. */
    static @Nullable Filter offered(Filter wanted, ServerCapabilities capabilities) {
        boolean tools = yes(wanted.toolsListChanged())
                && capabilities.tools() != null
                && yes(capabilities.tools().listChanged());
        boolean prompts = yes(wanted.promptsListChanged())
                && capabilities.prompts() != null
                && yes(capabilities.prompts().listChanged());
        boolean resources = yes(wanted.resourcesListChanged())
                && capabilities.resources() != null
                && yes(capabilities.resources().listChanged());
        boolean watch =
                capabilities.resources() != null && yes(capabilities.resources().subscribe());
        List<String> uris = watch ? wanted.resourceSubscriptions() : null;
        return tools || prompts || resources || uris != null
                ? new Filter(tools ? true : null, prompts ? true : null, resources ? true : null, uris, null)
                : null;
    }

    private static boolean yes(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private Flux<ListenSignal> legacy(Filter wanted) {
        return Flux.deferContextual(context -> {
            Caller caller = requests.connection().hasSessionPerCaller() ? Caller.of(context) : null;
            Filter offered = offered(wanted, capabilities);
            Filter filter = offered == null ? new Filter(null, null, null, null, null) : offered;
            Flux<ListenSignal> lists = told.filter(news -> news.isFor(caller)
                            && news.event() instanceof SessionEvent.ListChanged changed
                            && wants(filter, changed.kind()))
                    .map(news -> new ListenSignal.ListChanged(((SessionEvent.ListChanged) news.event()).kind()));
            List<String> uris = filter.resourceSubscriptions() == null ? List.of() : filter.resourceSubscriptions();
            // all at once: each waits for as long as it is listened to
            Flux<ListenSignal> resources =
                    Flux.fromIterable(uris).flatMap(uri -> watch(new Watched(caller, uri)), Math.max(1, uris.size()));
            Flux<ListenSignal> all =
                    Flux.merge(Mono.just(new ListenSignal.Acknowledged(filter)), Flux.never(), lists, resources);
            // a session that is lost ends what listens with an error, in this era as in the other
            return Requests.failWhen(
                    ended.map(cause -> cause.toException(requests.server(), Methods.RESOURCES_SUBSCRIBE)),
                    // what is told comes by the session of the caller, which is to be there
                    caller == null ? all : requests.connection().holdSession().switchMap(there -> all));
        });
    }

    static boolean wants(Filter filter, SessionEvent.ListChanged.Kind kind) {
        return yes(
                switch (kind) {
                    case TOOLS -> filter.toolsListChanged();
                    case PROMPTS -> filter.promptsListChanged();
                    case RESOURCES -> filter.resourcesListChanged();
                });
    }

    private Flux<ListenSignal> watch(Watched what) {
        return Flux.deferContextual(context -> watched.computeIfAbsent(what, w -> watching(w, Context.of(context))))
                // who is slow holds up nobody else
                .onBackpressureBuffer(BUFFER, BufferOverflowStrategy.DROP_OLDEST);
    }

    private Flux<ListenSignal> watching(Watched what, Context context) {
        RequestOptions limits = requests.options().request();
        Flux<ListenSignal> updates = told.filter(news -> news.isFor(what.caller)
                        && news.event() instanceof SessionEvent.ResourceUpdated updated
                        // "the uri may be a sub-resource of the one subscribed to" (2025-06-18:
                        // ResourceUpdatedNotification)
                        && isOrIsBeneath(updated.uri(), what.uri))
                .map(news -> new ListenSignal.ResourceUpdated(((SessionEvent.ResourceUpdated) news.event()).uri()));
        return Flux.usingWhen(
                        Mono.just(what.uri),
                        u -> Flux.merge(updates, subscribe(u, limits).thenMany(Flux.<ListenSignal>never())),
                        u -> unsubscribe(u, limits),
                        (u, error) -> Mono.empty(),
                        u -> unsubscribe(u, limits))
                .doFinally(end -> watched.remove(what))
                // who listened first: also when the last one is gone it is known whose subscription ends
                .contextWrite(none -> context)
                .publish()
                .refCount();
    }

    /** What only begins with the same letters is another resource. */
    private static boolean isOrIsBeneath(String uri, String watched) {
        return uri.equals(watched)
                || (uri.startsWith(watched)
                        && (watched.endsWith("/") || "/?#".indexOf(uri.charAt(watched.length())) >= 0));
    }

    /**
     * Subscribes anew to what is watched: the server has forgotten it.
     *
     * @param caller by whose session
     */
    Mono<Void> watchAgain(Caller caller) {
        RequestOptions limits = requests.options().request();
        return Flux.fromIterable(watched.keySet())
                .filter(what -> what.caller == null || what.caller.equals(caller))
                .concatMap(what -> subscribe(what.uri, limits).onErrorResume(e -> {
                    log.warn(
                            "[{}] {} is not watched any more: {}",
                            requests.server(),
                            SafeText.line(what.uri, 400),
                            SafeText.line(e));
                    return Mono.empty();
                }))
                .then();
    }

    private Mono<EmptyResult> subscribe(String uri, RequestOptions limits) {
        return requests.ask(
                Methods.RESOURCES_SUBSCRIBE, meta -> new Resources.UriParams(uri, meta), EmptyResult.class, limits);
    }

    private Mono<Void> unsubscribe(String uri, RequestOptions limits) {
        return requests.ask(
                        Methods.RESOURCES_UNSUBSCRIBE,
                        meta -> new Resources.UriParams(uri, meta),
                        EmptyResult.class,
                        limits)
                .then()
                .onErrorResume(e -> {
                    log.debug(
                            "[{}] {} is still subscribed to: {}",
                            requests.server(),
                            SafeText.line(uri, 400),
                            SafeText.line(e));
                    return Mono.empty();
                });
    }
}
