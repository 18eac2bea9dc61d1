package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Termination;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Posts messages whose answer, if there is one, does not come by the response: it only says that they were accepted. */
final class Delivery {

    private final HttpRecipe recipe;
    private final Failures failures;
    private final Mono<Termination> ended;

    /**
     * For one connection.
     *
     * @param ended tells why it has ended, once it has: nothing is delivered any more, and nothing is waited for
     */
    Delivery(HttpRecipe recipe, Failures failures, Mono<Termination> ended) {
        this.recipe = recipe;
        this.failures = failures;
        this.ended = ended;
    }

    static String name(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Call call ? call.method() : message.toString();
    }

    /** Completes when the message was accepted; bounded in time. A cancellation gives it up. */
    Mono<Void> post(
            HttpRequests http, URI to, ContextView context, Consumer<HttpHeaders> headers, JsonRpcMessage message) {
        return post(http, to, context, headers, message, () -> {});
    }

    private Mono<Void> post(
            HttpRequests http,
            URI to,
            ContextView context,
            Consumer<HttpHeaders> headers,
            JsonRpcMessage message,
            Runnable written) {
        Outgoing outgoing = Outgoing.of(recipe.name(), message, null);
        String what = name(message);
        Duration limit = recipe.options().answerTimeout();
        Mono<Void> accepted = http.<Void>post(
                        to,
                        context,
                        headers,
                        outgoing.body(),
                        written,
                        (response, content) -> failures.accepted(what, response, content, http.target(response)))
                .then()
                .timeout(limit, recipe.timer())
                .onErrorMap(
                        e -> !(e instanceof McpException),
                        e -> e instanceof TimeoutException
                                ? failures.protocol(what + " was not accepted within " + limit.toMillis() + " ms")
                                : failures.of(what, e, true));
        return Mono.firstWithSignal(
                accepted, ended.flatMap(cause -> Mono.error(cause.toException(recipe.name(), what))));
    }

    /**
     * The same, but what has begun to be written cannot be taken back: it may be carried out. Who cancels then is told when it
     * was accepted, like one whose message was in a pipe already.
     */
    Mono<Void> postForGood(HttpRequests http, URI to, ContextView context, JsonRpcMessage message) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Posting posting = new Posting(actual);
                actual.onSubscribe(posting);
                post(http, to, context, headers -> {}, message, posting::written)
                        .subscribe(posting.request);
            }
        };
    }

    private static final class Posting implements Subscription {
        private final AtomicBoolean decided = new AtomicBoolean();
        private final BaseSubscriber<Void> request;

        Posting(CoreSubscriber<? super Void> actual) {
            this.request = new BaseSubscriber<>() {
                @Override
                public Context currentContext() {
                    return actual.currentContext();
                }

                @Override
                protected void hookOnComplete() {
                    actual.onComplete();
                }

                @Override
                protected void hookOnError(Throwable e) {
                    actual.onError(e);
                }
            };
        }

        void written() {
            decided.set(true);
        }

        @Override
        public void request(long n) {
            Operators.validate(n);
        }

        @Override
        public void cancel() {
            if (decided.compareAndSet(false, true)) {
                request.cancel();
            }
        }
    }
}
