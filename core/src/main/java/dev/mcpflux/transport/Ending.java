package dev.mcpflux.transport;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of something that ends once, for instance of a connection: the first cause wins, everyone who waits sees that
 * cause, and closing runs once however often it is subscribed. Any thread may use it; nothing in it waits. For implementers
 * of {@link Connection} and {@link DuplexConnection}.
 */
public final class Ending {

    private final AtomicReference<@Nullable Termination> cause = new AtomicReference<>();
    private final Sinks.One<Termination> announced = Sinks.one();
    private final Mono<Void> close;

    /**
     * Has not ended yet.
     *
     * @param teardown what {@link #close()} runs, once. It calls {@link #end(Termination)} at the moment from which nothing
     *     new may begin.
     */
    public Ending(Supplier<? extends Mono<Void>> teardown) {
        this.close = Callbacks.once(teardown);
    }

    /** The cause, or null before the end. */
    public @Nullable Termination cause() {
        return cause.get();
    }

    /** Whether there is a cause. */
    public boolean hasEnded() {
        return cause.get() != null;
    }

    /**
     * Ends it.
     *
     * @return whether this is the first cause; of a later one nobody learns
     */
    public boolean end(Termination why) {
        return end(why, () -> {});
    }

    /**
     * As {@link #end(Termination)}.
     *
     * @param beforehand runs for the first cause only: {@link #cause()} returns it already, and {@link #onEnd()} does not
     *     emit it yet
     */
    public boolean end(Termination why, Runnable beforehand) {
        if (!cause.compareAndSet(null, why)) {
            return false;
        }
        beforehand.run();
        announced.tryEmitValue(why);
        return true;
    }

    /**
     * Emits the cause once there is one, then completes; also for late subscribers. <em>Cancellation</em> stops waiting and
     * nothing else.
     */
    public Mono<Termination> onEnd() {
        return Callbacks.isolated(announced.asMono());
    }

    /**
     * Runs the teardown once, with the first subscriber; each subscriber sees its end. <em>Cancellation</em> stops waiting;
     * the teardown goes on.
     */
    public Mono<Void> close() {
        return close;
    }

    /**
     * A new exception for one waiter, of the cause; before the end, as if this side had closed it.
     *
     * @param server the server's name
     * @param what what the waiter was doing, or null
     * @param outcome whether its request may have been sent
     */
    public McpException toException(String server, @Nullable String what, CallOutcome outcome) {
        Termination why = cause.get();
        return (why == null ? Termination.closed() : why).toException(server, what, outcome);
    }
}
