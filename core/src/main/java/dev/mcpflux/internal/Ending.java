package dev.mcpflux.internal;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of a resource that ends once, such as a connection. The first cause wins, every waiter receives that cause,
 * and the teardown runs once for all subscribers. Thread-safe; never blocks. For implementers of {@link Connection} and
 * {@link DuplexConnection}.
 */
public final class Ending {

    private final AtomicReference<@Nullable Termination> cause = new AtomicReference<>();
    private final Sinks.One<Termination> announced = Sinks.one();
    private final Mono<Void> close;

    /**
     * A resource that has not ended yet.
     *
     * @param teardown the work of {@link #close()}, which runs once. It calls {@link #end(Termination)} at the moment
     *     from which nothing new may begin.
     */
    public Ending(Supplier<? extends Mono<Void>> teardown) {
        this.close = Callbacks.once(teardown);
    }

    /** The cause, or null before the end. */
    public @Nullable Termination cause() {
        return cause.get();
    }

    /** Whether it has ended. */
    public boolean hasEnded() {
        return cause.get() != null;
    }

    /**
     * Sets the cause.
     *
     * @return whether this is the first cause; a later one is ignored
     */
    public boolean end(Termination why) {
        return end(why, () -> {});
    }

    /**
     * Like {@link #end(Termination)}.
     *
     * @param beforehand runs for the first cause only, after {@link #cause()} returns it and before {@link #onEnd()}
     *     emits it
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
     * Emits the cause when it is set, then completes; also for late subscribers. <em>Cancellation</em> only stops
     * waiting.
     */
    public Mono<Termination> onEnd() {
        return Callbacks.isolated(announced.asMono());
    }

    /**
     * Runs the teardown once, for the first subscriber; all subscribers complete with it. <em>Cancellation</em> only
     * stops waiting; the teardown continues.
     */
    public Mono<Void> close() {
        return close;
    }

    /**
     * A new exception with the cause, for one waiter; before the end, as if this client had closed the resource.
     *
     * @param server the server's name
     * @param what the operation of the waiter, or null
     * @param outcome whether its request may have been sent
     */
    public McpException toException(String server, @Nullable String what, CallOutcome outcome) {
        Termination why = cause.get();
        return (why == null ? Termination.closed() : why).toException(server, what, outcome);
    }
}
