package dev.mcpflux.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Work that is done once for all that wait for it at the same time. It starts with the first subscriber, and the last one that
 * cancels, cancels it; whoever comes after its end starts it anew. Any thread may use it.
 */
public final class OneFlight<T> {

    private final AtomicReference<@Nullable Mono<T>> running = new AtomicReference<>();

    /**
     * Joins the work under way, or starts some.
     *
     * @param work assembled when there is none under way; subscribed in the context of the first subscriber
     * @return emits what the work emits; its error fails each subscriber. <em>Cancellation</em> of the last one cancels the
     *     work.
     */
    public Mono<T> join(Supplier<Mono<T>> work) {
        return Mono.defer(() -> {
            for (; ; ) {
                Mono<T> before = running.get();
                if (before != null) {
                    return before;
                }
                Mono<T> fresh = fresh(work);
                if (running.compareAndSet(null, fresh)) {
                    return fresh;
                }
            }
        });
    }

    /** Whether work is under way. */
    public boolean busy() {
        return running.get() != null;
    }

    private Mono<T> fresh(Supplier<Mono<T>> work) {
        AtomicReference<@Nullable Mono<T>> own = new AtomicReference<>();
        Mono<T> fresh = Mono.defer(work)
                // before anybody learns of the end, so that whoever comes next begins anew
                .doOnTerminate(() -> running.compareAndSet(own.get(), null))
                .doOnCancel(() -> running.compareAndSet(own.get(), null))
                .flux()
                .replay(1)
                .refCount()
                .singleOrEmpty();
        own.set(fresh);
        return fresh;
    }
}
