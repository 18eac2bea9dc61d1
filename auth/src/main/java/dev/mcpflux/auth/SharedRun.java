package dev.mcpflux.auth;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Credentials that are kept until they are refused, and the run that obtains them. Requests that wait share one run. */
final class SharedRun {

    private final Mono<Credentials> run;
    private final AtomicReference<@Nullable Credentials> last = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<Credentials>> running = new AtomicReference<>();

    /**
     * Nothing is kept yet.
     *
     * @param run obtains credentials at each subscription
     */
    SharedRun(Mono<Credentials> run) {
        this.run = run;
    }

    /** The kept credentials, or those of the run under way or of a new one. The last one that cancels, cancels it. */
    Mono<Credentials> get() {
        Credentials known = last.get();
        return known == null ? shared() : Mono.just(known);
    }

    private Mono<Credentials> shared() {
        for (; ; ) {
            Mono<Credentials> before = running.get();
            if (before != null) {
                return before;
            }
            Mono<Credentials> fresh = fresh();
            if (running.compareAndSet(null, fresh)) {
                return fresh;
            }
        }
    }

    private Mono<Credentials> fresh() {
        AtomicReference<@Nullable Mono<Credentials>> own = new AtomicReference<>();
        Mono<Credentials> fresh = run.doOnNext(last::set)
                // before anybody learns of the end, so that the next request begins anew
                .doOnTerminate(() -> running.compareAndSet(own.get(), null))
                .doOnCancel(() -> running.compareAndSet(own.get(), null))
                .flux()
                .replay(1)
                .refCount()
                .singleOrEmpty();
        own.set(fresh);
        return fresh;
    }

    /** Drops these credentials, unless there are newer ones. */
    void drop(Credentials refused) {
        Credentials known = last.get();
        if (refused.equals(known)) {
            // a newer one that comes meanwhile stays
            last.compareAndSet(known, null);
        }
    }
}
