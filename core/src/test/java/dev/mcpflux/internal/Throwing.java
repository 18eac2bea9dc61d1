package dev.mcpflux.internal;

import java.util.List;
import reactor.core.publisher.BaseSubscriber;

/** Subscribers that throw in every callback, and what they throw. */
public final class Throwing {

    private Throwing() {}

    /** An exception, and errors that Reactor takes for fatal or not. */
    public static List<Throwable> errors() {
        return List.of(
                new IllegalStateException("test"),
                new NoClassDefFoundError("test"),
                new StackOverflowError("test"),
                new AssertionError("test"));
    }

    /** Throws the given error in every callback. */
    public static <T> BaseSubscriber<T> subscriber(Throwable e) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(T value) {
                throw unchecked(e);
            }

            @Override
            protected void hookOnError(Throwable error) {
                throw unchecked(e);
            }

            @Override
            protected void hookOnComplete() {
                throw unchecked(e);
            }
        };
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return (RuntimeException) e;
    }
}
