package dev.mcpflux.transport;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Calls what an application has subscribed, and survives whatever that throws: a subscriber that throws ends its own
 * subscription and takes nothing from others. What it threw goes to its {@code onError} where it has not ended, else to
 * {@code Hooks.onErrorDropped}. For who implements {@link Connection}.
 *
 * <p>Reactor's operators throw a {@code LinkageError} or a {@code StackOverflowError} through instead of passing it on as a
 * signal. Here these are errors of one call. Only what says that the JVM itself is in trouble ({@link #isFatal}) is
 * thrown on by the methods that say so.
 */
public final class Callbacks {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

    private Callbacks() {}

    /** Whether the JVM itself is in trouble: out of memory, an internal error, a thread that is stopped. */
    public static boolean isFatal(Throwable e) {
        return (e instanceof VirtualMachineError && !(e instanceof StackOverflowError))
                // the class is to be removed from the JDK
                || e.getClass().getName().equals("java.lang.ThreadDeath");
    }

    /** Runs it; whatever it throws is reported, and nothing is thrown. */
    public static void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            dropped(e, null);
        }
    }

    /** Cancels; whatever that throws is reported, and nothing is thrown. */
    public static void cancel(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            dropped(e, null);
        }
    }

    /**
     * Gives a subscriber its last value and completes it.
     *
     * @throws Error that {@link #isFatal}, after the subscriber was told
     */
    public static <T> void last(CoreSubscriber<? super T> actual, T value) {
        try {
            actual.onNext(value);
        } catch (Throwable e) {
            error(actual, e);
            throwIfFatal(e);
            return;
        }
        complete(actual);
    }

    /** Completes a subscriber; whatever it throws is reported, and nothing is thrown. */
    public static void complete(CoreSubscriber<?> actual) {
        try {
            actual.onComplete();
        } catch (Throwable e) {
            dropped(e, actual);
        }
    }

    /** Fails a subscriber; whatever it throws is reported, and nothing is thrown. */
    public static void error(CoreSubscriber<?> actual, Throwable cause) {
        try {
            actual.onError(cause);
        } catch (Throwable e) {
            dropped(e, actual);
        }
    }

    /** The context of a subscriber; an empty one where asking for it throws. */
    public static Context context(CoreSubscriber<?> actual) {
        try {
            return actual.currentContext();
        } catch (Throwable e) {
            log.error("a subscriber threw when it was asked for its context", e);
            return Context.empty();
        }
    }

    /** Reports what nobody can be told of; throws nothing, whatever the hooks do. */
    public static void dropped(Throwable e, @Nullable CoreSubscriber<?> actual) {
        try {
            if (isFatal(e)) {
                log.error("a callback of the application threw what is fatal for this JVM", e);
            }
            Operators.onErrorDropped(e, actual == null ? Context.empty() : context(actual));
        } catch (Throwable hook) {
            log.error("a callback of the application threw, and so did the hook that it was reported to", e);
        }
    }

    /** Throws it if it {@link #isFatal}. */
    public static void throwIfFatal(Throwable e) {
        if (isFatal(e) && e instanceof Error fatal) {
            throw fatal;
        }
    }

    /**
     * The same for each of several subscribers, whom one that throws takes nothing from. What is shared ({@code Sinks.One},
     * {@code cache()}) notifies its subscribers one after the other, and one that throws ends that for all behind it.
     */
    public static <T> Mono<T> isolated(Mono<T> shared) {
        return new Isolated<>(shared);
    }

    /**
     * Runs once, with the first subscriber; each subscriber sees how it ends, {@link #isolated} from the others.
     * <em>Cancellation</em> stops waiting; what runs goes on.
     */
    public static <T> Mono<T> once(Supplier<? extends Mono<T>> work) {
        return isolated(Mono.<T>defer(work).cache());
    }

    /** What the application makes at subscription; whatever it throws in place of making it is the error. */
    public static <T> Flux<T> deferred(Supplier<? extends Publisher<T>> supplier) {
        return Flux.defer(() -> {
            try {
                return supplier.get();
            } catch (Throwable e) {
                return Flux.error(e);
            }
        });
    }

    private static final class Isolated<T> extends MonoOperator<T, T> {
        Isolated(Mono<? extends T> source) {
            super(source);
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            Guard<T> guard = new Guard<>(actual);
            try {
                source.subscribe(guard);
            } catch (Throwable e) {
                guard.threw(e);
            }
        }
    }

    /** Stands between who emits and one subscriber: nothing that is thrown gets from one to the other, either way. */
    public static final class Guard<T> implements CoreSubscriber<T>, Subscription {
        private final CoreSubscriber<? super T> actual;
        private @Nullable Subscription upstream;
        private volatile boolean done;

        /** A guard in front of this subscriber. */
        public Guard(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Subscription s) {
            upstream = s;
            try {
                actual.onSubscribe(this);
            } catch (Throwable e) {
                done = true;
                Callbacks.cancel(s);
                error(actual, e);
            }
        }

        /** Who emits has thrown in place of a signal. */
        void threw(Throwable e) {
            if (upstream == null) {
                done = true;
                Operators.error(actual, e);
            } else {
                cancel();
                onError(e);
            }
        }

        @Override
        public void onNext(T value) {
            if (done) {
                Operators.onDiscard(value, context(actual));
                return;
            }
            try {
                actual.onNext(value);
            } catch (Throwable e) {
                done = true;
                cancel();
                error(actual, e);
            }
        }

        @Override
        public void onError(Throwable e) {
            if (done) {
                dropped(e, actual);
                return;
            }
            done = true;
            error(actual, e);
        }

        @Override
        public void onComplete() {
            if (!done) {
                done = true;
                complete(actual);
            }
        }

        @Override
        public void request(long n) {
            Subscription s = upstream;
            if (s != null) {
                s.request(n);
            }
        }

        @Override
        public void cancel() {
            Subscription s = upstream;
            if (s != null) {
                Callbacks.cancel(s);
            }
        }

        @Override
        public Context currentContext() {
            return context(actual);
        }
    }
}
