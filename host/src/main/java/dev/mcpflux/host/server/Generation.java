package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.internal.Callbacks;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One session of a server: from the decision to start it until everything it had is released. */
final class Generation {

    private final int number;
    private final Sinks.Empty<Void> settled = Sinks.empty();
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final Sinks.Empty<Void> unused = Sinks.empty();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private final AtomicInteger uses = new AtomicInteger();
    private final Mono<Void> close = Callbacks.once(this::doClose);

    private volatile @Nullable McpSession session;
    private volatile boolean leaving;
    // guarded by this
    private boolean closing;

    Generation(int number) {
        this.number = number;
    }

    /** From 1. */
    int number() {
        return number;
    }

    /** Its session; null while the definition is being resolved. */
    @Nullable
    McpSession session() {
        return session;
    }

    /** Takes over a session that is not open yet; false if closing has begun, so that it must not be opened. */
    synchronized boolean attach(McpSession created) {
        if (closing) {
            return false;
        }
        session = created;
        return true;
    }

    /** Completes when it is ready, has failed or will not be ready any more. Each subscriber is isolated from the others. */
    Mono<Void> whenSettled() {
        return Callbacks.isolated(settled.asMono());
    }

    void settle() {
        settled.tryEmitEmpty();
    }

    /** Counts one more use of its session. */
    void enter() {
        uses.incrementAndGet();
    }

    /** A use has ended. */
    void exit() {
        if (uses.decrementAndGet() == 0 && leaving) {
            unused.tryEmitEmpty();
        }
    }

    /** How many uses are counted now; uses are counted only where the supervision needs it. */
    int uses() {
        return uses.get();
    }

    /** No use begins any more: completes as soon as none is counted, or it is closed all the same. */
    Mono<Void> whenUnused() {
        return Mono.defer(() -> {
            leaving = true;
            if (uses.get() == 0) {
                unused.tryEmitEmpty();
            }
            return Callbacks.isolated(unused.asMono());
        });
    }

    /** Closes its session, open or not, once; from then on none is attached. */
    Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        McpSession last = stopped();
        return last == null ? Mono.empty() : last.close();
    }

    private @Nullable McpSession stopped() {
        synchronized (this) {
            closing = true;
        }
        stopping.tryEmitEmpty();
        unused.tryEmitEmpty();
        return session;
    }

    /** Completes when closing begins: then nobody waits any more for what its session is made of. */
    Mono<Void> whenStopping() {
        return stopping.asMono();
    }

    /** Completes when it is released: its uses have ended or the time for that was over, and it is closed. */
    Mono<Void> whenGone() {
        return Callbacks.isolated(gone.asMono());
    }

    void gone() {
        gone.tryEmitEmpty();
    }

    /** Closes it without waiting, also where closing is under way; emits what that was waiting for. */
    Mono<String> closeNow() {
        return Mono.defer(() -> {
            McpSession last = stopped();
            return last == null ? Mono.just("nothing") : last.closeNow();
        });
    }
}
