package dev.mcpflux.auth;

import dev.mcpflux.internal.OneFlight;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Credentials that are kept until they are refused, and the run that obtains them. Requests that wait share one run. */
final class SharedRun {

    private final Mono<Credentials> run;
    private final AtomicReference<@Nullable Credentials> last = new AtomicReference<>();
    private final OneFlight<Credentials> flight = new OneFlight<>();

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
        return known == null ? flight.join(() -> run.doOnNext(last::set)) : Mono.just(known);
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
