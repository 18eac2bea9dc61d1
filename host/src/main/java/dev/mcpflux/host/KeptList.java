package dev.mcpflux.host;

import dev.mcpflux.session.CallContext;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.transport.Callbacks;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A list of one server, read once and again after the server has said that it changed. A failure is not kept.
 *
 * @param <L> what is kept of the list
 */
final class KeptList<L> {

    private final Function<McpSession, Mono<L>> read;
    private final Predicate<McpSession> told;
    private final AtomicReference<@Nullable Mono<L>> known = new AtomicReference<>();

    /**
     * A list that was not read yet.
     *
     * @param told whether a change of the list will be told; otherwise it is read each time, which the session may answer
     *     from what the server allowed it to keep
     */
    KeptList(Function<McpSession, Mono<L>> read, Predicate<McpSession> told) {
        this.read = read;
        this.told = told;
    }

    void changed() {
        known.set(null);
    }

    /** What a call names a principal for is read for it alone; the session keeps what the server allows, for each. */
    Mono<L> of(McpSession session) {
        return Mono.deferContextual(context ->
                context.hasKey(CallContext.PRINCIPAL) || !told.test(session) ? read.apply(session) : kept(session));
    }

    private Mono<L> kept(McpSession session) {
        Mono<L> kept = known.get();
        if (kept != null) {
            return kept;
        }
        Mono<L> shared = Callbacks.isolated(
                read.apply(session).doOnError(e -> known.set(null)).cache());
        return known.compareAndSet(null, shared) ? shared : kept(session);
    }
}
