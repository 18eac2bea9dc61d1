package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.http.headers.ModernHeaders;
import dev.mcpflux.transport.spi.PendingExchange;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request, from its POST to its response. What depends on the era is in its kinds; common to them is how a response is
 * read, how the request fails, and that a read whose connection was closed while idle is repeated once.
 */
abstract sealed class HttpCall implements PendingExchange.Owner permits ModernCall, LegacyCall, HandshakeCall {

    /** In place of the signal of a call that was given up before anybody waited for it. */
    private static final Sinks.Empty<Void> GIVEN_UP = Sinks.empty();

    static {
        GIVEN_UP.tryEmitEmpty();
    }

    final HttpConnection connection;
    final HttpLink link;
    private final PendingExchange exchange;
    private final Caller caller;
    private final ByteBuffer body;

    /** The HTTP request under way; null while something else comes before the next one. */
    private volatile @Nullable HttpAttempt attempt;

    /** Whether the request may have reached the server, by any attempt. */
    private volatile boolean maybeReceived;

    private boolean repeated;
    /** Made for the first question that the server asks by the stream of this call. */
    private final AtomicReference<Sinks.@Nullable Empty<Void>> givenUp = new AtomicReference<>();

    HttpCall(
            HttpConnection connection,
            RequestId.OfLong id,
            RequestSpec spec,
            Caller caller,
            ByteBuffer body,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        this.connection = connection;
        this.link = connection.link;
        this.caller = caller;
        this.body = body;
        this.exchange = new PendingExchange(this, id, spec, actual);
    }

    /**
     * A call of the era that the request shows.
     *
     * @throws dev.mcpflux.error.McpException if it cannot be written
     */
    static HttpCall of(
            HttpConnection connection,
            JsonRpcMessage.Request request,
            RequestSpec spec,
            Caller caller,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        RequestId.OfLong id = (RequestId.OfLong) request.id();
        ByteBuffer body = MessageEncoder.encode(connection.link.name(), request);
        String revision = ModernHeaders.revision(request);
        if (revision != null) {
            ModernHeaders headers = ModernHeaders.of(
                    connection.link.name(), request, revision, spec.subject(), connection.tools(), caller);
            return new ModernCall(connection, id, spec, caller, body, headers, actual);
        }
        return connection.handshake() == null || spec.method().equals(Methods.INITIALIZE)
                ? new HandshakeCall(connection, id, spec, caller, body, actual)
                : new LegacyCall(connection, id, spec, caller, body, actual);
    }

    final PendingExchange exchange() {
        return exchange;
    }

    final Caller caller() {
        return caller;
    }

    // what depends on the era

    /** Sends the request, or what has to come before it. */
    abstract void post();

    /** It is no longer in the table. */
    void forgotten() {}

    /** The head of a response with a status of success has come. */
    void accepted(HttpClientResponse head) {}

    /** An event of the response stream has come, before its message is looked at. */
    void onEvent(SseDecoder event) {}

    /** The result as the subscriber gets it. */
    JsonRpcMessage.Success result(JsonRpcMessage.Success response) {
        return response;
    }

    /** Whether the refusal says that the session is forgotten; then this begins another one and sends the request in it. */
    boolean sentInNewSession(Refusal refusal) {
        return false;
    }

    /** Whether the response stream broke off at a point from which it can be resumed; then this does so. */
    boolean resumed(@Nullable Throwable e) {
        return false;
    }

    // what happens to the exchange

    @Override
    public final void forget(RequestId.OfLong id) {
        connection.table().forget(id);
    }

    /** Takes it out of the table; false if it was answered, failed or cancelled before. */
    final boolean forget() {
        return connection.table().forget(exchange.id());
    }

    /** "Closing the SSE response stream is the cancellation signal" in the modern era. */
    @Override
    public void cancelled(PendingExchange gone) {
        abort();
        giveUp();
    }

    @Override
    public final void wanted(PendingExchange wanting) {
        HttpAttempt now = attempt;
        CallResponse response = now == null ? null : now.response();
        if (response != null) {
            response.resume();
        }
    }

    final boolean maybeReceived() {
        return maybeReceived;
    }

    /** Gives up the HTTP request. */
    final void abort() {
        HttpAttempt now = attempt;
        if (now != null) {
            now.cancel();
        }
    }

    final void fail(Throwable e) {
        forget();
        exchange.fail(e);
        abort();
        giveUp();
    }

    /** The connection has ended. */
    final void connectionEnded(Termination cause) {
        exchange.fail(link.failures().ended(exchange.method(), cause, maybeReceived));
        abort();
    }

    /** Passes on the response; false if there was one already. */
    boolean respond(JsonRpcMessage.Response response) {
        if (!forget()) {
            return false;
        }
        if (response instanceof JsonRpcMessage.Failure failure) {
            exchange.respond(new JsonRpcMessage.Failure(failure.id(), masked(failure.error())));
        } else {
            exchange.respond(response instanceof JsonRpcMessage.Success success ? result(success) : response);
        }
        return true;
    }

    private JsonRpcError masked(JsonRpcError error) {
        link.secrets().remember(caller.headers());
        return Masker.mask(error, link::mask);
    }

    /** Completes when this call is cancelled, times out or fails; never if it is answered. */
    final Mono<Void> givenUp() {
        Sinks.Empty<Void> signal =
                Objects.requireNonNull(givenUp.updateAndGet(before -> before == null ? Sinks.empty() : before));
        return Callbacks.isolated(signal.asMono());
    }

    final void giveUp() {
        Sinks.Empty<Void> signal = givenUp.getAndSet(GIVEN_UP);
        if (signal != null) {
            signal.tryEmitEmpty();
        }
    }

    // HTTP requests

    final void post(Consumer<HttpHeaders> headers) {
        HttpAttempt next = new HttpAttempt(this);
        run(
                link.http()
                        .post(link.recipe().url(), caller, headers, body, () -> maybeReceived = true, next::answered),
                next);
    }

    /** "Resumption is always via HTTP GET with Last-Event-ID" (specification 2025-11-25: basic/transports). */
    final void get(Consumer<HttpHeaders> headers) {
        HttpAttempt next = new HttpAttempt(this);
        run(link.http().get(link.recipe().url(), caller, headers, next::resumed), next);
    }

    private void run(Publisher<Void> request, HttpAttempt next) {
        attempt = next;
        link.run(request, next);
        if (exchange.over()) {
            // cancelled meanwhile: that cancelled the previous attempt
            next.cancel();
        }
    }

    /** Posts the request after something else, and fails if that does. */
    final void postAfter(Mono<Void> first) {
        leaveAttempt();
        link.run(first, new HttpLink.Task() {
            @Override
            protected void hookOnComplete() {
                if (!exchange.over()) {
                    post();
                }
            }

            @Override
            protected void hookOnError(Throwable e) {
                fail(e);
            }
        });
    }

    /** The outcome of the call no longer depends on the HTTP request under way. */
    final void leaveAttempt() {
        attempt = null;
    }

    // failures

    /** Its response has come and was skipped, since there was no memory for it. */
    final void failForRoom() {
        fail(link.failures()
                .overload("there is no room now for the answer to " + exchange.method() + "; "
                        + FrameMemory.HELD.describe()));
    }

    /** Its response has come and was skipped for its length. */
    final void failTooLong() {
        fail(link.failures()
                .protocol("the answer to " + exchange.method() + " is longer than the limit of "
                        + link.options().maxMessageBytes() + " bytes (HttpOptions.maxMessageBytes)"));
    }

    /** An HTTP request is over, and the call may not be. */
    @SuppressWarnings("ReferenceEquality")
    final void ended(HttpAttempt over, @Nullable Throwable e) {
        CallResponse response = over.response();
        if (over != attempt || exchange.over() || link.hasEnded() || resumed(e)) {
            return;
        }
        if (e == null || response != null) {
            fail(link.failures()
                    .broken(
                            exchange.method(),
                            "its connection broke off before the response"
                                    + (response == null ? "" : response.otherResponse()),
                            e));
        } else if (!repeated && NetworkErrors.isReset(e) && exchange.spec().effect() == RequestEffect.READS) {
            // a connection that was idle for too long; a read may be repeated
            repeated = true;
            post();
        } else {
            fail(link.failures().of(exchange.method(), e, maybeReceived));
        }
    }
}
