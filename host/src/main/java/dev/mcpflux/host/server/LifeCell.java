package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.internal.EventSink;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Holds where one server is, applies events to it, and reports each change, in the order of the changes and by one thread at a
 * time. Any thread may use it.
 */
final class LifeCell {

    private static final Logger log = LoggerFactory.getLogger(ServerSupervisor.class);

    private final String server;
    private final ServerEvents events;
    private final LongSupplier clock;
    private final Consumer<Generation> departs;
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reporting = new AtomicInteger();
    private final Latest latest;
    private final EventSink<ServerLife> lives;

    /** Written under the lock of this object only. */
    private volatile Position position;

    private volatile ServerLife.@Nullable Ready lastReady;

    /**
     * Where a server is.
     *
     * @param since when it came into its state
     * @param current its session, from the decision to start it until it is lost, replaced or closed
     * @param usable its session where it can be used now
     */
    record Position(
            ServerLife life,
            Instant since,
            @Nullable Generation current,
            @Nullable McpSession usable) {}

    private record Change(ServerLife before, ServerLife after) {}

    /** What a late subscriber gets first, and a slow one in place of what it has missed. */
    private static final class Latest implements EventSink.Replay<ServerLife> {
        private volatile ServerLife life;

        Latest(ServerLife life) {
            this.life = life;
        }

        @Override
        public void emitted(ServerLife event) {
            life = event;
        }

        @Override
        public List<ServerLife> events() {
            return List.of(life);
        }
    }

    /**
     * A server at its beginning.
     *
     * @param clock in milliseconds
     * @param departs is given each generation whose place is taken or empty, before anybody can see that; must not block
     * @param current the session that its first start will have; null if it is never started
     */
    LifeCell(
            String server,
            ServerEvents events,
            LongSupplier clock,
            Consumer<Generation> departs,
            ServerLife life,
            @Nullable Generation current) {
        this.server = server;
        this.departs = departs;
        this.events = events;
        this.clock = clock;
        this.position = new Position(life, Instant.ofEpochMilli(clock.getAsLong()), current, null);
        this.latest = new Latest(life);
        this.lives = new EventSink<>(missed -> latest.life, latest);
    }

    Position position() {
        return position;
    }

    /** As {@link ServerHandle#life()}. */
    Flux<ServerLife> lives() {
        return lives.flux();
    }

    /** The life when it became ready last, or null if it has not been. */
    ServerLife.@Nullable Ready lastReady() {
        return lastReady;
    }

    /** No more changes come. */
    void complete() {
        lives.complete();
    }

    /**
     * Applies an event and reports the change.
     *
     * @param current the generation that the life after the event belongs to
     * @return the position before, or null if the event changed nothing
     */
    @Nullable
    Position move(LifeEvent event, @Nullable Generation current) {
        return apply(event, current, false);
    }

    /** The same, where the life after the event belongs to the generation of the one before. */
    @Nullable
    Position keep(LifeEvent event) {
        return apply(event, null, true);
    }

    // a life that an event does not change is the very same
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Position apply(LifeEvent event, @Nullable Generation next, boolean keeps) {
        Position before;
        synchronized (this) {
            before = position;
            ServerLife after = LifeChanges.next(before.life(), event);
            if (after == before.life()) {
                return null;
            }
            Generation current = keeps ? before.current() : next;
            if (before.current() != null && before.current() != current) {
                departs.accept(before.current());
            }
            Instant since =
                    after.state() == before.life().state() ? before.since() : Instant.ofEpochMilli(clock.getAsLong());
            McpSession usable = after.state().isUsable() && current != null ? current.session() : null;
            position = new Position(after, since, current, usable);
            if (after instanceof ServerLife.Ready is) {
                lastReady = is;
            }
            changes.add(new Change(before.life(), after));
        }
        report();
        return before;
    }

    private void report() {
        if (reporting.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Change change = changes.poll(); change != null; change = changes.poll()) {
                if (change.before().state() != change.after().state()) {
                    log.debug(
                            "[{}] {} -> {}",
                            server,
                            change.before().state(),
                            change.after().state());
                }
                events.changed(server, change.before(), change.after());
                lives.emit(change.after());
            }
            missed = reporting.addAndGet(-missed);
        } while (missed != 0);
    }
}
