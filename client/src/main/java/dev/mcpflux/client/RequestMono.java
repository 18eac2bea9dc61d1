package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.spi.RequestSpec;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One request: sends it, waits for the response within a time limit, and maps the result. It replaces
 * {@code exchange ▸ handle ▸ single ▸ timeout ▸ onErrorMap ▸ flatMap} by one operator, because it is on the path of
 * every call. The response is consumed when it arrives, regardless of demand; after that a cancellation is no longer
 * sent to the server.
 *
 * @param <M> the type to which the result is bound
 * @param <V> the type that is emitted
 */
final class RequestMono<M, V> extends Mono<V> implements Scannable {

    /** Maps a result. */
    @FunctionalInterface
    interface Then<M, V> {
        /**
         * Maps the result: to {@code Mono.just} if the result contains the value, which is the common case.
         *
         * @param begin the start of the request, on the clock of the session
         */
        Mono<V> of(M answer, long begin);
    }

    /**
     * The time limits.
     *
     * @param idle the longest time without activity
     * @param total the total time
     * @param lively whether requests of the server count as activity; the idle timeout is suspended while one is
     *     answered
     */
    record Limits(
            Duration idle,
            Duration total,
            boolean lively,
            @Nullable String source) {}

    private final RequestSender requests;
    private final RequestSpec spec;
    private final Class<? extends M> type;
    private final Limits limits;
    private final Then<M, V> then;

    /** A request that each subscription sends again. */
    RequestMono(RequestSender requests, RequestSpec spec, Class<? extends M> type, Limits limits, Then<M, V> then) {
        this.requests = requests;
        this.spec = spec;
        this.type = type;
        this.limits = limits;
        this.then = then;
    }

    // attributes are compared by identity, as in Reactor
    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"})
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? requests.nameOf(spec) : key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super V> actual) {
        Asked<M, V> asked = new Asked<>(this, actual, requests.now());
        actual.onSubscribe(asked);
        asked.start();
    }

    /** One subscription. */
    private static final class Asked<M, V>
            implements CoreSubscriber<JsonRpcMessage>, Subscription, Deadlines.Entry, Scannable {

        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<Asked> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Asked.class, "state");

        @SuppressWarnings("rawtypes")
        private static final AtomicReferenceFieldUpdater<Asked, @Nullable Subscription> SOURCE =
                AtomicReferenceFieldUpdater.newUpdater(Asked.class, Subscription.class, "source");

        /** A bit of {@code state}: the subscriber has requested the value. */
        private static final int WANTED = 1;
        /** A bit of {@code state}: the response has arrived, so the request can no longer time out. */
        private static final int ANSWERED = 2;
        /** A bit of {@code state}: the value is ready and waits for demand. */
        private static final int HELD = 4;
        /** The final value of {@code state}. */
        private static final int DONE = 8;

        private final RequestMono<M, V> asking;
        private final CoreSubscriber<? super V> actual;
        private final long begin;
        private final long mark;
        private volatile int state;
        private volatile @Nullable Subscription source;
        private @Nullable V held;

        Asked(RequestMono<M, V> asking, CoreSubscriber<? super V> actual, long begin) {
            this.asking = asking;
            this.actual = actual;
            this.begin = begin;
            this.mark = asking.requests.connection().mark();
        }

        void start() {
            if (state == DONE) {
                return;
            }
            try {
                asking.requests.deadlines().add(this);
            } catch (RejectedExecutionException e) {
                asking.requests.deadlines().remove(this);
                fail(e);
                return;
            }
            try {
                asking.requests.connection().exchange(asking.spec).subscribe(this);
            } catch (Throwable e) {
                onError(e);
            }
            if (state == DONE) {
                // it was cancelled while it was being registered
                asking.requests.deadlines().remove(this);
            }
        }

        @Override
        public void onSubscribe(Subscription s) {
            if (Operators.setOnce(SOURCE, this, s)) {
                s.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(JsonRpcMessage message) {
            if (!(message instanceof JsonRpcMessage.Response response)) {
                return;
            }
            for (; ; ) {
                int s = state;
                if (s == DONE) {
                    Operators.onDiscard(message, currentContext());
                    return;
                }
                if (STATE.compareAndSet(this, s, s | ANSWERED)) {
                    break;
                }
            }
            asking.requests.deadlines().remove(this);
            McpException problem =
                    Responses.problem(asking.requests.connection(), asking.requests.server(), asking.spec, response);
            if (problem != null) {
                fail(problem);
            } else if (response instanceof JsonRpcMessage.Success success) {
                answered(asking.type.cast(success.result()));
            }
        }

        private void answered(M answer) {
            Mono<V> value;
            try {
                value = asking.then.of(answer, begin);
            } catch (RuntimeException e) {
                fail(Operators.onOperatorError(null, e, answer, currentContext()));
                return;
            } catch (Error e) {
                fail(e);
                Callbacks.throwIfFatal(e);
                return;
            }
            if (value instanceof Fuseable.ScalarCallable<?> known) {
                settle(known);
            } else {
                try {
                    value.subscribe(new Later());
                } catch (Throwable e) {
                    fail(e);
                    Callbacks.throwIfFatal(e);
                }
            }
        }

        /** Reads a value that is known already, without a subscription. */
        @SuppressWarnings("unchecked")
        private void settle(Fuseable.ScalarCallable<?> known) {
            V value;
            try {
                value = (V) known.call();
            } catch (Throwable e) {
                fail(e);
                Callbacks.throwIfFatal(e);
                return;
            }
            if (value == null) {
                settleEmpty();
            } else {
                settle(value);
            }
        }

        private void settleEmpty() {
            if (STATE.getAndSet(this, DONE) != DONE) {
                Callbacks.complete(actual);
            }
        }

        @Override
        public void onError(Throwable e) {
            if (fail(e)) {
                asking.requests.deadlines().remove(this);
            }
        }

        @Override
        public void onComplete() {
            // an exchange ends with a response; this one had none
            if ((state & (ANSWERED | DONE)) == 0) {
                onError(new NoSuchElementException("no answer"));
            }
        }

        private void settle(V value) {
            for (; ; ) {
                int s = state;
                if (s == DONE) {
                    Operators.onDiscard(value, currentContext());
                    return;
                }
                if ((s & WANTED) != 0) {
                    if (STATE.compareAndSet(this, s, DONE)) {
                        Callbacks.last(actual, value);
                        return;
                    }
                } else {
                    held = value;
                    if (STATE.compareAndSet(this, s, s | HELD)) {
                        return;
                    }
                }
            }
        }

        /** Ends with an error, unless it has ended already. */
        private boolean fail(Throwable e) {
            if (STATE.getAndSet(this, DONE) == DONE) {
                Callbacks.dropped(e, actual);
                return false;
            }
            Callbacks.error(actual, e);
            return true;
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n)) {
                return;
            }
            for (; ; ) {
                int s = state;
                if (s == DONE || (s & WANTED) != 0) {
                    return;
                }
                V value = held;
                if ((s & HELD) != 0 && value != null) {
                    if (STATE.compareAndSet(this, s, DONE)) {
                        Callbacks.last(actual, value);
                        return;
                    }
                } else if (STATE.compareAndSet(this, s, s | WANTED)) {
                    return;
                }
            }
        }

        @Override
        public void cancel() {
            int s = STATE.getAndSet(this, DONE);
            if (s == DONE) {
                return;
            }
            asking.requests.deadlines().remove(this);
            stop();
            if ((s & ANSWERED) == 0) {
                asking.requests.deadlines().givenUp(this);
            }
            if ((s & HELD) != 0) {
                Operators.onDiscard(held, currentContext());
            }
        }

        private void stop() {
            Subscription s = SOURCE.getAndSet(this, Operators.cancelledSubscription());
            if (s != null) {
                Callbacks.cancel(s);
            }
        }

        // attributes are compared by identity, as in Reactor
        @Override
        @SuppressWarnings({"rawtypes", "ReferenceEquality"})
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.PARENT) {
                return source;
            }
            return key == Attr.TERMINATED ? (Object) (state == DONE) : asking.scanUnsafe(key);
        }

        @Override
        public long begin() {
            return begin;
        }

        @Override
        public long due() {
            long total = begin + asking.limits.total().toMillis();
            long alive = asking.limits.lively() ? Math.max(begin, asking.requests.busyUntil()) : begin;
            return Math.min(total, alive + asking.limits.idle().toMillis());
        }

        @Override
        public void expire() {
            for (; ; ) {
                int s = state;
                if ((s & (ANSWERED | DONE)) != 0) {
                    return;
                }
                if (STATE.compareAndSet(this, s, DONE)) {
                    break;
                }
            }
            stop();
            asking.requests.deadlines().givenUp(this);
            Limits limits = asking.limits;
            boolean inAll = asking.requests.now() - begin >= limits.total().toMillis();
            Callbacks.error(
                    actual,
                    asking.requests.timedOut(
                            McpTimeoutException.Phase.REQUEST,
                            asking.spec.method(),
                            inAll ? limits.total() : limits.idle(),
                            limits.source(),
                            mark));
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        /** Receives a value that the result does not contain. */
        private final class Later implements CoreSubscriber<V> {
            private boolean valued;

            // the sentinel of a cancelled subscription
            @SuppressWarnings("ReferenceEquality")
            @Override
            public void onSubscribe(Subscription s) {
                Subscription exchange = source;
                if (exchange != null
                        && exchange != Operators.cancelledSubscription()
                        && SOURCE.compareAndSet(Asked.this, exchange, s)) {
                    s.request(Long.MAX_VALUE);
                } else {
                    s.cancel();
                }
            }

            @Override
            public void onNext(V value) {
                valued = true;
                settle(value);
            }

            @Override
            public void onError(Throwable e) {
                fail(e);
            }

            @Override
            public void onComplete() {
                if (!valued) {
                    settleEmpty();
                }
            }

            @Override
            public Context currentContext() {
                return actual.currentContext();
            }
        }
    }
}
