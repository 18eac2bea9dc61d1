package dev.mcpflux.transport.http;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Multiplexer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One stream of HTTP+SSE (specification 2024-11-05: basic/transports), which is deprecated: events from the server, the first
 * of which names the address for messages. A duplex stream like any other, with one {@link Caller} that owns it.
 */
final class SseConnection implements DuplexConnection {

    /** How long a message that failed waits for the end of the stream, which is then the cause. */
    private static final Duration END_TIMEOUT = Duration.ofMillis(200);

    private final HttpRecipe recipe;
    private final HttpRequests http;
    private final Secrets secrets;
    private final Failures failures;
    private final EventSink<ConnectionEvent> events;
    private final Caller owner;

    private final Ending ending = new Ending(this::doClose);
    private final Sinks.One<URI> endpoint = Sinks.one();
    private final Reading reading = new Reading();
    private final Delivery delivery;
    private final LostSessionDetector lost = new LostSessionDetector();
    private final SseFrames frames = new SseFrames(this::resume);
    private final Mono<Void> open;

    /** The address for messages, once the server has named it. */
    private volatile @Nullable URI address;

    private volatile @Nullable SseBody body;

    private SseConnection(
            HttpRecipe recipe,
            HttpRequests http,
            Secrets secrets,
            Failures failures,
            EventSink<ConnectionEvent> events,
            Caller owner) {
        this.recipe = recipe;
        this.http = http;
        this.secrets = secrets;
        this.failures = failures;
        this.events = events;
        this.owner = owner;
        this.delivery = new Delivery(recipe, failures, ending.onEnd());
        this.open = Callbacks.once(this::doOpen);
    }

    /** A connection, not open yet, for the one caller that owns it. */
    static Connection over(HttpRecipe recipe, HttpRequests http, Secrets secrets, Failures failures, Caller owner) {
        return Multiplexer.over(
                recipe.name(), events -> new SseConnection(recipe, http, secrets, failures, events, owner));
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        Termination ended = ending.cause();
        if (ended != null) {
            return Mono.error(ended.toException(recipe.name(), null));
        }
        Duration limit = recipe.options().answerTimeout();
        http.<Void>get(recipe.url(), owner, headers -> {}, this::answer).subscribe(reading);
        return endpoint.asMono()
                .timeout(limit, recipe.timer())
                .onErrorMap(
                        TimeoutException.class,
                        e -> failures.timeout(
                                McpTimeoutException.Phase.LAUNCH,
                                "the event 'endpoint', by which its stream has to begin,"))
                .then();
    }

    /** Reads the stream for as long as the connection lives. */
    private final class Reading extends BaseSubscriber<Void> {
        @Override
        protected void hookOnComplete() {
            lost("it ended its stream", null);
        }

        @Override
        protected void hookOnError(Throwable e) {
            McpException known = failures.of("GET", e, false);
            endpoint.tryEmitError(known);
            lost(
                    address == null ? known.problem() : "its stream broke off",
                    address == null ? known : secrets.cause(e));
        }
    }

    private void lost(String reason, @Nullable Throwable e) {
        terminate(
                address != null
                        ? Termination.lost(reason, Diagnostics.NONE, e)
                        : Termination.notStarted(reason, Diagnostics.NONE, e));
    }

    private Publisher<Void> answer(HttpClientResponse response, ByteBufFlux content) {
        if (response.status().code() != 200) {
            return ResponseBody.read(content, ResponseBody.MAX_ERROR_BYTES)
                    .flatMap(
                            taken -> Failures.unhooked(failures.status("GET", response, taken, http.target(response))));
        }
        if (!ResponseHeads.mayBeEvents(response)) {
            return Mono.error(failures.protocol(
                    "it answers GET with " + ResponseHeads.mediaType(response) + " instead of a stream of events"));
        }
        return SseBody.read(content, recipe.options().maxMessageBytes(), new Events(), reader -> body = reader);
    }

    private final class Events implements SseBody.EventHandler {
        @Override
        public boolean paused() {
            return address != null && !frames.requested();
        }

        @Override
        public void onEvent(SseDecoder event) {
            if (event.tooLong()) {
                int limit = recipe.options().maxMessageBytes();
                if (!event.noRoom()) {
                    events.emit(new ConnectionEvent.FrameTooLong(event.skippedBytes(), limit));
                }
                frames.skipped(event, limit);
                return;
            }
            if (address == null) {
                begin(event);
            } else if (event.isMessage()) {
                frames.next(event);
            }
        }
    }

    /** "When a client connects, the server MUST send an endpoint event." */
    private void begin(SseDecoder event) {
        if (!"endpoint".equals(event.type())) {
            return;
        }
        String text = new String(event.bytes(), event.offset(), event.length(), StandardCharsets.UTF_8).strip();
        URI target;
        try {
            target = Uris.resolve(recipe.url(), text);
        } catch (IllegalArgumentException e) {
            refuse("the address that it names for messages is none");
            return;
        }
        if (!HttpRecipe.origin(target).equals(recipe.origin())) {
            // headers meant for this server would go to another one
            refuse("the address that it names for messages is of another origin, " + HttpRecipe.origin(target)
                    + " instead of " + recipe.origin());
            return;
        }
        address = target;
        endpoint.tryEmitValue(target);
    }

    private void resume() {
        SseBody reader = body;
        if (reader != null) {
            reader.resume();
        }
    }

    private void refuse(String problem) {
        McpException e = failures.protocol(problem);
        endpoint.tryEmitError(e);
        terminate(Termination.notStarted(e.problem(), Diagnostics.NONE, e));
        reading.cancel();
    }

    @Override
    public Flux<Frame> frames() {
        return frames;
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        return Mono.deferContextual(context -> {
            URI target = address;
            Termination ended = ending.cause();
            if (target == null || ended != null) {
                return Mono.error((ended == null ? Termination.closed() : ended).toException(recipe.name(), null));
            }
            Caller now = Caller.of(context);
            // the same caller may have other headers by now; a message of no caller is sent for the owner
            Caller who = now.equals(owner) ? now : owner;
            return CommittedPost.of(written -> delivery.post(http, target, who, headers -> {}, message, lost, written))
                    .onErrorMap(LostSessionDetector.SessionForgotten.class, e -> forgotten(message, e))
                    .onErrorMap(McpHttpStatusException.class, e -> refused(message, e))
                    .onErrorResume(McpConnectionException.class, e -> lostWith(Delivery.name(message), e));
        });
    }

    /** The server does not know the address for messages any more: the session is lost, however long its stream stays open. */
    private McpException forgotten(JsonRpcMessage message, LostSessionDetector.SessionForgotten e) {
        terminate(Termination.lost(
                "it has forgotten the session (" + e.refusal().problem() + ")", Diagnostics.NONE, e.refusal()));
        reading.cancel();
        return Termination.lost("it has forgotten the session", Diagnostics.NONE, e.refusal())
                .toException(recipe.name(), Delivery.name(message), CallOutcome.UNKNOWN);
    }

    /** A JSON-RPC error in the response to a POST of a request is the error of that request. */
    private Throwable refused(JsonRpcMessage message, McpHttpStatusException e) {
        JsonRpcError error = e.error().orElse(null);
        return error != null && message instanceof JsonRpcMessage.Request request && !Failures.statusSaysMore(e)
                ? McpPeerErrorException.of(recipe.name(), request.method(), null, error)
                : e;
    }

    /** A failure of one message is often that of the stream: then every request fails with the same cause. */
    private Mono<Void> lostWith(String what, McpConnectionException e) {
        return ending.onEnd()
                .flatMap(cause -> Failures.<Void>unhooked(cause.toException(recipe.name(), what, e.outcome())))
                .timeout(END_TIMEOUT, Mono.error(e), recipe.timer());
    }

    private void terminate(Termination cause) {
        if (ending.end(cause, () -> endpoint.tryEmitError(cause.toException(recipe.name(), null)))) {
            frames.complete();
        }
    }

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        reading.cancel();
        events.emit(new ConnectionEvent.Closed("its stream was closed"));
        return Mono.empty();
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }

    @Override
    public String mask(String text) {
        return secrets.mask(text);
    }
}
