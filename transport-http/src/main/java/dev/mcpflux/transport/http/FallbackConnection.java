package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Streamable HTTP, or HTTP+SSE where the server refuses {@code initialize} over the former and offers the latter (specification
 * 2025-03-26: basic/transports, backwards compatibility). It decides once; neither connection knows of the other.
 */
final class FallbackConnection extends LinkConnection {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** "400 Bad Request, 404 Not Found, or 405 Method Not Allowed": the server may speak the older transport. */
    private static final Set<Integer> MAY_SPEAK_SSE = Set.of(400, 404, 405);

    private final HttpConnection streamable;
    private final SseConnections sse;

    /** The one of the two that is used. */
    private volatile LinkConnection current;

    /**
     * Uses the first one until the server refuses it.
     *
     * @param streamable over the same link as {@code sse}
     */
    FallbackConnection(HttpConnection streamable, SseConnections sse) {
        super(streamable.link);
        this.streamable = streamable;
        this.sse = sse;
        this.current = streamable;
    }

    @Override
    LegacySessions.@Nullable Handshake handshake() {
        return current.handshake();
    }

    @Override
    void start(RequestSpec request, CoreSubscriber<? super JsonRpcMessage> actual) {
        current.start(request, actual);
    }

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        Flux<JsonRpcMessage> exchange = super.exchange(request);
        return request.method().equals(Methods.INITIALIZE)
                ? exchange.onErrorResume(
                        McpHttpStatusException.class,
                        refusal -> mayFallBack(refusal) ? fallBack(request, refusal) : Flux.error(refusal))
                : exchange;
    }

    private boolean mayFallBack(McpHttpStatusException refusal) {
        return current == streamable && streamable.handshake() == null && MAY_SPEAK_SSE.contains(refusal.status());
    }

    /** Makes the request over HTTP+SSE; if the server does not offer that either, its refusal counts. */
    private Flux<JsonRpcMessage> fallBack(RequestSpec request, McpHttpStatusException refusal) {
        log.debug("[{}] {}; trying HTTP+SSE", link.name(), refusal.problem());
        return Flux.deferContextual(context -> {
            Caller caller = Caller.of(context);
            // opening goes on where the request is cancelled meanwhile, and ends with the link
            Mono<Void> opened = Callbacks.once(() -> sse.openFirst(caller)
                    .onErrorMap(e -> link.failures().neither(refusal, e))
                    .doOnSuccess(done -> current = sse));
            return opened.thenMany(sse.exchange(request));
        });
    }

    @Override
    public int pendingExchanges() {
        return streamable.pendingExchanges() + sse.pendingExchanges();
    }

    @Override
    public boolean holdsBack() {
        return current.holdsBack();
    }

    @Override
    public boolean mirrorsArgumentsInHeaders() {
        return current.mirrorsArgumentsInHeaders();
    }

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        return Mono.defer(() -> current.notify(notification));
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return Mono.defer(() -> current.reply(response));
    }

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.defer(() -> current.holdSession());
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        return current.diagnosticsSince(mark);
    }
}
