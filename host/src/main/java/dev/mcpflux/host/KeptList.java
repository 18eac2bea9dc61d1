package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.PerCaller;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A list of one server, read once and again after the server has said that it changed. A failure is not kept. Keyed by
 * {@link Caller}: a list that was read for one caller is given to no other. Kept for {@value #CALLERS} callers.
 *
 * @param <L> what is kept of the list
 */
final class KeptList<L> {

    private static final int CALLERS = 64;

    private final Function<McpSession, Mono<L>> read;
    private final BiPredicate<McpSession, Caller> told;
    private final PerCaller<AtomicReference<@Nullable Mono<L>>> known = new PerCaller<>(CALLERS, AtomicReference::new);

    /**
     * A list that was not read yet.
     *
     * @param told whether a change of the list of a caller will be told; otherwise it is read each time, which the session may
     *     answer from what the server allowed it to keep, for that caller or for all
     */
    KeptList(Function<McpSession, Mono<L>> read, BiPredicate<McpSession, Caller> told) {
        this.read = read;
        this.told = told;
    }

    void changed() {
        known.clear();
    }

    /** The session of a caller has ended: nobody tells of changes of its list any more. */
    void forget(Caller caller) {
        known.remove(caller);
    }

    /** The list of the caller that the context of the subscriber names. */
    Mono<L> of(McpSession session) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            return told.test(session, caller) ? kept(session, known.get(caller)) : read.apply(session);
        });
    }

    private Mono<L> kept(McpSession session, AtomicReference<@Nullable Mono<L>> mine) {
        Mono<L> kept = mine.get();
        if (kept != null) {
            return kept;
        }
        Mono<L> shared = Callbacks.isolated(
                read.apply(session).doOnError(e -> mine.set(null)).cache());
        return mine.compareAndSet(null, shared) ? shared : kept(session, mine);
    }
}
