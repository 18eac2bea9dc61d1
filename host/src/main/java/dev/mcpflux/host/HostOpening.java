package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.text.SafeText;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Starts a host and emits it. A subscriber that cancels while it starts, or at the very moment at which it is emitted, has
 * no host to close; therefore every cancellation closes it, but one from within the emission itself, by which an operator
 * says that it has what it wanted.
 */
final class HostOpening extends Mono<McpHost> {

    private static final Logger log = LoggerFactory.getLogger(HostOpening.class);

    private final HostConfig config;

    HostOpening(HostConfig config) {
        this.config = config;
    }

    @Override
    public void subscribe(CoreSubscriber<? super McpHost> actual) {
        try {
            CallContext.check(actual.currentContext());
        } catch (IllegalArgumentException e) {
            Operators.error(actual, e);
            return;
        }
        McpHost host = McpHost.create(config);
        Handover handover = new Handover(host, actual);
        actual.onSubscribe(handover);
        host.lifecycle().startup().subscribe(handover);
    }

    private static final class Handover implements CoreSubscriber<Void>, Subscription {
        private final McpHost host;
        private final CoreSubscriber<? super McpHost> actual;
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final AtomicInteger missing = new AtomicInteger(2);
        private final AtomicBoolean requested = new AtomicBoolean();
        private volatile @Nullable Thread emitting;

        Handover(McpHost host, CoreSubscriber<? super McpHost> actual) {
            this.host = host;
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Subscription s) {
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void none) {}

        @Override
        public void onComplete() {
            handOver();
        }

        /** Once it is both there and asked for. */
        private void handOver() {
            if (missing.decrementAndGet() != 0 || cancelled.get()) {
                return;
            }
            emitting = Thread.currentThread();
            try {
                actual.onNext(host);
            } catch (Throwable e) {
                // it has not taken the host, and so will not close it
                emitting = null;
                onError(e);
                return;
            }
            emitting = null;
            Callbacks.complete(actual);
        }

        @Override
        public void onError(Throwable e) {
            // emitted after what was started is gone
            host.close().subscribe(null, ignored -> fail(e), () -> fail(e));
        }

        private void fail(Throwable e) {
            if (!cancelled.get()) {
                Callbacks.error(actual, e);
            }
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && requested.compareAndSet(false, true)) {
                handOver();
            }
        }

        @Override
        public void cancel() {
            if (emitting != Thread.currentThread() && cancelled.compareAndSet(false, true)) {
                host.close().subscribe(null, e -> log.warn("closing a cancelled host failed: {}", SafeText.line(e)));
            }
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }
}
