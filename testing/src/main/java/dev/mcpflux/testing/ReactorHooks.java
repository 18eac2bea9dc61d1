package dev.mcpflux.testing;

import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * What applications install into Reactor for the whole JVM, for reasons of their own: nothing that a library builds on
 * Reactor may depend on its absence. Each is removed by {@link #close}.
 */
public enum ReactorHooks implements AutoCloseable {

    /** Puts an operator that restores thread-locals around every source; does nothing without that library. */
    AUTOMATIC_CONTEXT_PROPAGATION {
        @Override
        void install() {
            Hooks.enableAutomaticContextPropagation();
        }

        @Override
        public void close() {
            Hooks.disableAutomaticContextPropagation();
        }
    },

    /** Puts an operator that records where it was made behind every operator. */
    OPERATOR_DEBUG {
        @Override
        void install() {
            Hooks.onOperatorDebug();
        }

        @Override
        public void close() {
            Hooks.resetOnOperatorDebug();
        }
    },

    /** Puts an operator of the application's behind every operator, and before every subscriber. */
    OPERATORS {
        @Override
        void install() {
            Hooks.onEachOperator(KEY, wrapper());
            Hooks.onLastOperator(KEY, wrapper());
        }

        @Override
        public void close() {
            Hooks.resetOnEachOperator(KEY);
            Hooks.resetOnLastOperator(KEY);
        }
    },

    /** Replaces what operators throw, every queue, and every task of a scheduler. */
    ERRORS_QUEUES_TASKS {
        @Override
        void install() {
            Hooks.onOperatorError(KEY, (e, value) -> new IllegalStateException("seen by a hook", e));
            Hooks.addQueueWrapper(KEY, Wrapped::new);
            Schedulers.onScheduleHook(KEY, task -> () -> task.run());
        }

        @Override
        public void close() {
            Hooks.resetOnOperatorError(KEY);
            Hooks.removeQueueWrapper(KEY);
            Schedulers.resetOnScheduleHook(KEY);
        }
    };

    private static final String KEY = ReactorHooks.class.getName();

    abstract void install();

    /** Removes what was installed. */
    @Override
    public abstract void close();

    /** Installs the hooks, for the whole JVM, until {@link #close}. */
    public ReactorHooks installed() {
        install();
        return this;
    }

    private static Function<? super Publisher<Object>, ? extends Publisher<Object>> wrapper() {
        return Operators.lift((source, actual) -> new Passing(actual));
    }

    /** Passes everything on, and is nothing else: no queue, no conditional subscriber. */
    private record Passing(CoreSubscriber<? super Object> actual) implements CoreSubscriber<Object> {

        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(Object value) {
            actual.onNext(value);
        }

        @Override
        public void onError(Throwable e) {
            actual.onError(e);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }

    private static final class Wrapped<T> extends AbstractQueue<T> {

        private final Queue<T> queue;

        Wrapped(Queue<T> queue) {
            this.queue = queue;
        }

        @Override
        public boolean offer(T element) {
            return queue.offer(element);
        }

        @Override
        public @Nullable T poll() {
            return queue.poll();
        }

        @Override
        public @Nullable T peek() {
            return queue.peek();
        }

        @Override
        public int size() {
            return queue.size();
        }

        @Override
        public boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        public Iterator<T> iterator() {
            return queue.iterator();
        }
    }
}
