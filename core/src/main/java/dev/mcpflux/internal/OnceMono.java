package dev.mcpflux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * See {@link Callbacks#once}. One operator in place of {@code defer ▸ cache ▸ isolated}: opening a host has a dozen of
 * them, and what runs once for each connection is hardly ever compiled.
 */
final class OnceMono<T> extends Mono<T> {

    /** How the work has ended: a value, an error, or neither. */
    private record Outcome<T>(@Nullable T value, @Nullable Throwable error) {}

    private final Supplier<? extends Mono<T>> work;
    // guarded by this
    private final List<Waiter<T>> waiting = new ArrayList<>(2);
    private boolean started;
    private volatile @Nullable Outcome<T> outcome;

    OnceMono(Supplier<? extends Mono<T>> work) {
        this.work = work;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Outcome<T> known = outcome;
        Waiter<T> waiter = new Waiter<>(actual, this);
        waiter.begin();
        boolean first = false;
        if (known == null) {
            synchronized (this) {
                known = outcome;
                if (known == null) {
                    waiting.add(waiter);
                    first = !started;
                    started = true;
                }
            }
        }
        if (known != null) {
            waiter.end(known);
        } else if (first) {
            run(Callbacks.context(actual));
        }
    }

    private void run(Context context) {
        try {
            work.get().subscribe(new Runner(context));
        } catch (Throwable e) {
            end(new Outcome<>(null, e));
            Callbacks.throwIfFatal(e);
        }
    }

    private void end(Outcome<T> now) {
        List<Waiter<T>> all;
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            outcome = now;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(waiter -> waiter.end(now));
    }

    private synchronized void forget(Waiter<T> waiter) {
        waiting.remove(waiter);
    }

    /** Subscribes to the work, in the context of the first subscriber. */
    private final class Runner implements CoreSubscriber<T> {
        private final Context context;

        Runner(Context context) {
            this.context = context;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T value) {
            end(new Outcome<>(value, null));
        }

        @Override
        public void onError(Throwable e) {
            if (outcome != null) {
                Operators.onErrorDropped(e, context);
            } else {
                end(new Outcome<>(null, e));
            }
        }

        @Override
        public void onComplete() {
            end(new Outcome<>(null, null));
        }
    }

    /** One subscriber. */
    private static final class Waiter<T> implements Subscription {
        private final CoreSubscriber<? super T> actual;
        private final OnceMono<T> once;
        // guarded by this
        private boolean requested;
        private boolean done;
        private @Nullable T value;

        private volatile boolean cancelled;

        Waiter(CoreSubscriber<? super T> actual, OnceMono<T> once) {
            this.actual = actual;
            this.once = once;
        }

        void begin() {
            try {
                actual.onSubscribe(this);
            } catch (Throwable e) {
                cancel();
                Callbacks.error(actual, e);
            }
        }

        void end(Outcome<T> outcome) {
            synchronized (this) {
                if (done) {
                    return;
                }
                value = outcome.value;
                // a value waits until it is requested
                done = value == null || requested;
                if (!done) {
                    return;
                }
            }
            if (outcome.error != null) {
                Callbacks.error(actual, outcome.error);
            } else if (outcome.value != null) {
                emit(outcome.value);
            } else {
                Callbacks.complete(actual);
            }
        }

        private void emit(T last) {
            try {
                actual.onNext(last);
            } catch (Throwable e) {
                Callbacks.error(actual, e);
                return;
            }
            if (!cancelled) {
                Callbacks.complete(actual);
            }
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n)) {
                return;
            }
            T ready;
            synchronized (this) {
                requested = true;
                ready = done ? null : value;
                done |= ready != null;
            }
            if (ready != null) {
                emit(ready);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            synchronized (this) {
                if (done) {
                    return;
                }
                done = true;
            }
            once.forget(this);
        }
    }
}
