package dev.mcpflux.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/**
 * Work that is done once for all that wait for it at the same time. It starts with the first subscriber, and the last one that
 * cancels, cancels it; whoever comes after its end starts it anew. Any thread may use it.
 */
public final class OneFlight<T> {

    private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

    /**
     * Joins the work under way, or starts some.
     *
     * @param work assembled when there is none under way; subscribed in the context of the first subscriber
     * @return emits what the work emits; its error fails each subscriber. <em>Cancellation</em> of the last one cancels the
     *     work.
     */
    public Mono<T> join(Supplier<Mono<T>> work) {
        return Mono.deferContextual(context -> {
            for (; ; ) {
                Run before = running.get();
                if (before == null) {
                    Run fresh = new Run();
                    if (running.compareAndSet(null, fresh)) {
                        fresh.start(work, context);
                        return fresh.outcome();
                    }
                } else if (before.enter()) {
                    return before.outcome();
                }
            }
        });
    }

    /** Whether work is under way. */
    public boolean busy() {
        return running.get() != null;
    }

    /** One run of the work, and those that wait for it. */
    private final class Run {
        private final Sinks.One<T> outcome = Sinks.one();
        private final Disposable.Swap work = Disposables.swap();

        // guarded by this
        private int waiting = 1;
        private boolean over;

        void start(Supplier<Mono<T>> supplier, ContextView context) {
            work.update(Mono.defer(supplier)
                    .contextWrite(context)
                    // before anybody learns of the end, so that whoever comes next begins anew
                    .doOnTerminate(this::end)
                    .subscribe(outcome::tryEmitValue, outcome::tryEmitError, outcome::tryEmitEmpty));
        }

        /** One more waits; false if the work is over. */
        synchronized boolean enter() {
            if (!over) {
                waiting++;
            }
            return !over;
        }

        Mono<T> outcome() {
            AtomicBoolean left = new AtomicBoolean();
            return outcome.asMono().doOnCancel(() -> {
                if (left.compareAndSet(false, true)) {
                    leave();
                }
            });
        }

        private void leave() {
            synchronized (this) {
                if (over || --waiting > 0) {
                    return;
                }
                end();
            }
            work.dispose();
        }

        private synchronized void end() {
            over = true;
            running.compareAndSet(this, null);
        }
    }
}
