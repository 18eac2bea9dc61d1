package dev.mcpflux.transport.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A POST that is committed once it begins to be written: the server may carry it out. Cancelling it earlier takes it back; a
 * subscriber that cancels later still learns of its completion, as one whose message was in a pipe already does.
 */
final class CommittedPost implements Subscription {

    private final AtomicBoolean decided = new AtomicBoolean();
    private final BaseSubscriber<Void> request;
    private volatile boolean cancelled;

    private CommittedPost(CoreSubscriber<? super Void> actual) {
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
                // a subscriber that has cancelled needs to know of a success only
                if (!cancelled) {
                    actual.onError(e);
                }
            }
        };
    }

    /**
     * Posts at each subscription.
     *
     * @param post makes the request, and runs what it is given when that begins to be written
     */
    static Mono<Void> of(Function<Runnable, Mono<Void>> post) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                CommittedPost posting = new CommittedPost(actual);
                actual.onSubscribe(posting);
                Mono.defer(() -> post.apply(() -> posting.decided.set(true))).subscribe(posting.request);
            }
        };
    }

    @Override
    public void request(long n) {
        Operators.validate(n);
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (decided.compareAndSet(false, true)) {
            request.cancel();
        }
    }
}
