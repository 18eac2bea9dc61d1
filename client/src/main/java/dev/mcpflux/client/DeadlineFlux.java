package dev.mcpflux.client;

import dev.mcpflux.internal.Callbacks;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Forwards signals until a deadline, which each signal may move; then cancels the source and fails. All deadlines of a
 * session share one scheduled task ({@link Deadlines}), whereas Reactor's {@code timeout} schedules one for each
 * signal.
 */
final class DeadlineFlux<T> extends FluxOperator<T, T> {

    /** Computes the deadline. */
    @FunctionalInterface
    interface Due {
        /**
         * The deadline, on the clock of the session.
         *
         * @param begin the time of the subscription
         * @param last the time of the last signal, or of the subscription
         */
        long at(long begin, long last);
    }

    private final Supplier<String> name;
    private final Deadlines deadlines;
    private final Due due;
    private final Supplier<? extends Throwable> late;

    /**
     * A source with a deadline.
     *
     * @param name its name, for {@link Scannable}
     * @param late creates the error for one subscriber
     */
    DeadlineFlux(
            Flux<? extends T> source,
            Supplier<String> name,
            Deadlines deadlines,
            Due due,
            Supplier<? extends Throwable> late) {
        super(source);
        this.name = name;
        this.deadlines = deadlines;
        this.due = due;
        this.late = late;
    }

    // attributes are compared by identity, as in Reactor
    @Override
    @SuppressWarnings({"rawtypes", "ReferenceEquality"})
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.NAME ? name.get() : super.scanUnsafe(key);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        // the error is emitted by the timer thread, and all other signals by another thread
        source.subscribe(new Watched<>(this, Operators.serialize(new Callbacks.Guard<>(actual))));
    }

    private static final class Watched<T> implements CoreSubscriber<T>, Subscription, Deadlines.Entry, Scannable {
        private final DeadlineFlux<T> operator;
        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean done = new AtomicBoolean();
        private final long begin;
        private volatile long last;
        private @Nullable Subscription source;

        Watched(DeadlineFlux<T> operator, CoreSubscriber<? super T> actual) {
            this.operator = operator;
            this.actual = actual;
            this.begin = operator.deadlines.now();
            this.last = begin;
        }

        @Override
        public void onSubscribe(Subscription s) {
            source = s;
            actual.onSubscribe(this);
            if (done.get()) {
                return;
            }
            try {
                operator.deadlines.add(this);
            } catch (RejectedExecutionException e) {
                operator.deadlines.remove(this);
                s.cancel();
                onError(e);
                return;
            }
            if (done.get()) {
                // it ended while it was being registered
                operator.deadlines.remove(this);
            }
        }

        @Override
        public void onNext(T signal) {
            if (done.get()) {
                Operators.onDiscard(signal, currentContext());
                return;
            }
            last = operator.deadlines.now();
            actual.onNext(signal);
        }

        @Override
        public void onError(Throwable e) {
            if (end()) {
                actual.onError(e);
            } else {
                Callbacks.dropped(e, actual);
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                actual.onComplete();
            }
        }

        private boolean end() {
            boolean first = done.compareAndSet(false, true);
            if (first) {
                operator.deadlines.remove(this);
            }
            return first;
        }

        @Override
        public void request(long n) {
            upstream().request(n);
        }

        @Override
        public void cancel() {
            if (end()) {
                upstream().cancel();
                operator.deadlines.givenUp(this);
            }
        }

        private Subscription upstream() {
            Subscription s = source;
            return s == null ? Operators.cancelledSubscription() : s;
        }

        // attributes are compared by identity, as in Reactor
        @Override
        @SuppressWarnings({"rawtypes", "ReferenceEquality"})
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.NAME) {
                return operator.name.get();
            }
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.PARENT) {
                return source;
            }
            return key == Attr.TERMINATED ? (Object) done.get() : null;
        }

        @Override
        public long begin() {
            return begin;
        }

        @Override
        public long due() {
            return operator.due.at(begin, last);
        }

        @Override
        public void expire() {
            if (done.compareAndSet(false, true)) {
                Callbacks.cancel(upstream());
                operator.deadlines.givenUp(this);
                actual.onError(operator.late.get());
            }
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }
}
