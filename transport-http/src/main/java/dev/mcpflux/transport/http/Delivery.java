package dev.mcpflux.transport.http;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Outbound;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Posts messages to which the HTTP response says only that they were accepted. */
final class Delivery {

    private final HttpRecipe recipe;
    private final Failures failures;
    private final Mono<Termination> ended;
    /** How many bytes are on their way, or wait for a TCP connection. */
    private final AtomicLong waiting = new AtomicLong();

    /**
     * For one connection.
     *
     * @param ended emits why the connection has ended; then every delivery under way fails
     */
    Delivery(HttpRecipe recipe, Failures failures, Mono<Termination> ended) {
        this.recipe = recipe;
        this.failures = failures;
        this.ended = ended;
    }

    /** What an error message calls the message. */
    static String name(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Call call ? call.method() : "the answer to a request of the server";
    }

    /** Completes when the message was accepted; bounded in time. <em>Cancellation</em> gives it up. */
    Mono<Void> post(
            HttpRequests http,
            URI to,
            Caller caller,
            Consumer<HttpHeaders> headers,
            JsonRpcMessage message,
            @Nullable LostSessionDetector lost) {
        return post(http, to, caller, headers, message, lost, () -> {});
    }

    /**
     * The same.
     *
     * @param lost recognises that the session is forgotten: then it fails with {@link LostSessionDetector.SessionForgotten}; null where that
     *     is a refusal like any other
     * @param written runs when the message begins to be written: from here on it may reach the server
     */
    Mono<Void> post(
            HttpRequests http,
            URI to,
            Caller caller,
            Consumer<HttpHeaders> headers,
            JsonRpcMessage message,
            @Nullable LostSessionDetector lost,
            Runnable written) {
        ByteBuffer body = MessageEncoder.encode(recipe.name(), message);
        String what = name(message);
        int bytes = body.remaining();
        long all = waiting.addAndGet(bytes);
        if (all > Outbound.MAX_WAITING_BYTES && all != bytes) {
            waiting.addAndGet(-bytes);
            return Mono.error(new McpOverloadException(
                    recipe.name(),
                    "it does not accept what it is sent: " + (all - bytes) + " bytes wait already; the limit is "
                            + Outbound.MAX_WAITING_BYTES,
                    CallOutcome.NOT_SENT));
        }
        Duration limit = recipe.options().answerTimeout();
        Mono<Void> accepted = http.<Void>post(
                        to,
                        caller,
                        headers,
                        body,
                        written,
                        (response, content) -> failures.accepted(what, response, content, http.target(response), lost))
                .then()
                .timeout(limit, recipe.timer())
                .onErrorMap(
                        e -> !(e instanceof McpException || e instanceof LostSessionDetector.SessionForgotten),
                        e -> e instanceof TimeoutException
                                ? failures.timeout(McpTimeoutException.Phase.REQUEST, "the server's accepting " + what)
                                : failures.of(what, e, true));
        return Mono.firstWithSignal(
                        accepted,
                        ended.flatMap(
                                cause -> Mono.<Void>error(cause.toException(recipe.name(), what, CallOutcome.UNKNOWN))))
                .doFinally(end -> waiting.addAndGet(-bytes));
    }
}
