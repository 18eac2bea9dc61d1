package dev.mcpflux.host;

import dev.mcpflux.client.ListBytes;
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
 * {@link Caller}: a list that was read for one caller is given to no other. Kept for {@value #CALLERS} callers, within a limit
 * of bytes for all of them; what is released is read again.
 *
 * @param <L> what is kept of the list
 */
final class KeptList<L> {

    private static final int CALLERS = 64;

    private final Function<McpSession, Mono<L>> read;
    private final BiPredicate<McpSession, Caller> told;
    private final PerCaller<AtomicReference<@Nullable Mono<L>>> known;

    /**
     * A list that was not read yet.
     *
     * @param maxBytes what the lists of all callers may weigh together
     * @param told whether a change of the list of a caller will be told; otherwise it is read each time, which the session may
     *     answer from what the server allowed it to keep, for that caller or for all
     */
    KeptList(long maxBytes, Function<McpSession, Mono<L>> read, BiPredicate<McpSession, Caller> told) {
        this.read = read;
        this.told = told;
        this.known = new PerCaller<>(CALLERS, maxBytes, AtomicReference::new);
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
            return told.test(session, caller) ? kept(session, caller, known.get(caller)) : read.apply(session);
        });
    }

    private Mono<L> kept(McpSession session, Caller caller, AtomicReference<@Nullable Mono<L>> mine) {
        Mono<L> kept = mine.get();
        if (kept != null) {
            return kept;
        }
        ListBytes bytes = new ListBytes();
        Mono<L> shared = Callbacks.isolated(read.apply(session)
                .contextWrite(bytes::into)
                .doOnError(e -> mine.set(null))
                .doOnSuccess(list -> known.weigh(caller, mine, bytes.sum()))
                .cache());
        return mine.compareAndSet(null, shared) ? shared : kept(session, caller, mine);
    }
}
