package dev.mcpflux.internal;

import dev.mcpflux.transport.spi.Connection;
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
 * Calls subscribers of the application and handles everything that they throw: a subscriber that throws ends only its
 * own subscription. The error is signalled to its {@code onError} if the subscription is still active, else reported to
 * {@code Hooks.onErrorDropped}. For implementers of {@link Connection}.
 *
 * <p>Reactor's operators rethrow a {@code LinkageError} or a {@code StackOverflowError} instead of signalling it. Here
 * such an error fails one call only. Errors of the JVM itself ({@link #isFatal}) are rethrown, by the methods that
 * document it.
 */
public final class Callbacks {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

    private Callbacks() {}

    /** Whether the JVM itself has failed: out of memory, an internal error, a stopped thread. */
    public static boolean isFatal(Throwable e) {
        return (e instanceof VirtualMachineError && !(e instanceof StackOverflowError))
                // by name, because the class will be removed from the JDK
                || e.getClass().getName().equals("java.lang.ThreadDeath");
    }

    /** Runs the callback. An error is reported, never thrown. */
    public static void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            dropped(e, null);
        }
    }

    /** Cancels the subscription. An error is reported, never thrown. */
    public static void cancel(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            dropped(e, null);
        }
    }

    /**
     * Emits the last value to a subscriber and completes it.
     *
     * @throws Error if it is fatal ({@link #isFatal}), after the subscriber was notified
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

    /** Completes a subscriber. An error of the subscriber is reported, never thrown. */
    public static void complete(CoreSubscriber<?> actual) {
        try {
            actual.onComplete();
        } catch (Throwable e) {
            dropped(e, actual);
        }
    }

    /** Fails a subscriber. An error of the subscriber is reported, never thrown. */
    public static void error(CoreSubscriber<?> actual, Throwable cause) {
        try {
            actual.onError(cause);
        } catch (Throwable e) {
            dropped(e, actual);
        }
    }

    /** The context of a subscriber; an empty one if the subscriber throws. */
    public static Context context(CoreSubscriber<?> actual) {
        try {
            return actual.currentContext();
        } catch (Throwable e) {
            log.error("a subscriber threw when it was asked for its context", e);
            return Context.empty();
        }
    }

    /** Reports an error that has no subscriber. Never throws, even if a hook does. */
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

    /** Throws the error if it is fatal ({@link #isFatal}). */
    public static void throwIfFatal(Throwable e) {
        if (isFatal(e) && e instanceof Error fatal) {
            throw fatal;
        }
    }

    /**
     * Protects the subscribers of a shared source from each other. Such a source ({@code Sinks.One}, {@code cache()})
     * notifies its subscribers one by one, and without protection one that throws would end the loop for all later
     * ones.
     */
    public static <T> Mono<T> isolated(Mono<T> shared) {
        return new Isolated<>(shared);
    }

    /**
     * Runs the work once, for the first subscriber. Each subscriber receives the outcome, {@link #isolated} from the
     * others. <em>Cancellation</em> only stops waiting; the work continues.
     */
    public static <T> Mono<T> once(Supplier<? extends Mono<T>> work) {
        return new OnceMono<>(work);
    }

    /** Defers to a supplier of the application; if the supplier throws, the error is signalled. */
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

    /** Guards a publisher and one subscriber against errors that the other one throws. */
    public static final class Guard<T> implements CoreSubscriber<T>, Subscription {
        private final CoreSubscriber<? super T> actual;
        private @Nullable Subscription upstream;
        private volatile boolean done;

        /** A guard for this subscriber. */
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

        /** Handles an error that the publisher has thrown instead of signalled. */
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
