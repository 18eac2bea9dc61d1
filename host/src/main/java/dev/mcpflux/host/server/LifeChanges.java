package dev.mcpflux.host.server;

import dev.mcpflux.error.McpException;
import dev.mcpflux.host.server.LifeEvent.Verdict;
import dev.mcpflux.host.server.ServerLife.BackingOff;
import dev.mcpflux.host.server.ServerLife.Closed;
import dev.mcpflux.host.server.ServerLife.Closing;
import dev.mcpflux.host.server.ServerLife.Degraded;
import dev.mcpflux.host.server.ServerLife.Disabled;
import dev.mcpflux.host.server.ServerLife.Failed;
import dev.mcpflux.host.server.ServerLife.Idle;
import dev.mcpflux.host.server.ServerLife.Pending;
import dev.mcpflux.host.server.ServerLife.Quarantined;
import dev.mcpflux.host.server.ServerLife.Ready;
import dev.mcpflux.host.server.ServerLife.Starting;

/** The rules of a {@link ServerLife}: the only function that says how it goes on. It is pure. */
final class LifeChanges {

    private LifeChanges() {}

    /** The life after an event: the very same where the event changes nothing. */
    static ServerLife next(ServerLife life, LifeEvent event) {
        if (event instanceof LifeEvent.Signal signal) {
            return signal(life, signal);
        }
        if (life instanceof Pending || life instanceof Disabled || life instanceof Closing || life instanceof Closed) {
            return life;
        }
        if (event instanceof LifeEvent.StartAgain again) {
            return again.generation() == life.generation() + 1 && !(life instanceof Starting)
                    ? new Starting(again.generation(), again.attempt())
                    : life;
        }
        if (event instanceof LifeEvent.Rested rested) {
            boolean rests = life.state().isUsable() || life instanceof BackingOff;
            return rests && rested.generation() == life.generation() ? new Idle(life.generation()) : life;
        }
        return life instanceof Starting starting ? starting(starting, event) : usable(life, event);
    }

    private static ServerLife signal(ServerLife life, LifeEvent.Signal signal) {
        return switch (signal) {
            case START -> life instanceof Pending ? new Starting(1, 1) : life;
            case AWAIT_USE -> life instanceof Pending ? new Idle(0) : life;
            case CLOSE ->
                life instanceof Disabled || life instanceof Closing || life instanceof Closed
                        ? life
                        : new Closing(life);
            case GONE -> life instanceof Closing closing ? closed(closing) : life;
            case DISMISS -> life instanceof Pending ? new Closed(ServerState.CLOSED, 0, null) : life;
        };
    }

    private static Closed closed(Closing life) {
        return new Closed(
                life.state() == ServerState.FAILED ? ServerState.FAILED : ServerState.CLOSED,
                life.generation(),
                life.error());
    }

    private static ServerLife starting(Starting life, LifeEvent event) {
        if (event instanceof LifeEvent.Opened opened && opened.generation() == life.generation()) {
            return new Ready(life.generation(), opened.peer(), opened.took());
        }
        if (event instanceof LifeEvent.StartFailed failed && failed.generation() == life.generation()) {
            return after(failed.error(), failed.verdict(), life.generation());
        }
        return life;
    }

    private static ServerLife usable(ServerLife life, LifeEvent event) {
        if (!life.state().isUsable()) {
            return life;
        }
        if (event instanceof LifeEvent.Lost lost && lost.generation() == life.generation()) {
            return after(lost.error(), lost.verdict(), life.generation());
        }
        if (event instanceof LifeEvent.Renewed renewed && renewed.generation() == life.generation() + 1) {
            return new Ready(renewed.generation(), renewed.peer(), renewed.took());
        }
        if (event instanceof LifeEvent.Troubled troubled && troubled.generation() == life.generation()) {
            return troubled(life, troubled);
        }
        if (event instanceof LifeEvent.Recovered recovered
                && life instanceof Degraded degraded
                && recovered.generation() == life.generation()) {
            return recovered(degraded);
        }
        return life;
    }

    /** A trouble without a pause, such as a ping without an answer, does not end a pause. */
    private static Degraded troubled(ServerLife life, LifeEvent.Troubled event) {
        if (life instanceof Degraded before) {
            return new Degraded(
                    before.generation(),
                    before.peer(),
                    before.startTime(),
                    event.error(),
                    event.retryAt() == null ? before.retryAt() : event.retryAt());
        }
        Ready ready = (Ready) life;
        return new Degraded(ready.generation(), ready.peer(), ready.startTime(), event.error(), event.retryAt());
    }

    private static Ready recovered(Degraded life) {
        return new Ready(life.generation(), life.peer(), life.startTime());
    }

    private static ServerLife after(McpException error, Verdict verdict, int generation) {
        if (verdict instanceof Verdict.Again again) {
            return new BackingOff(generation, error, again.attempt(), again.until());
        }
        return verdict instanceof Verdict.Quarantine quarantine
                ? new Quarantined(generation, error, quarantine.restarts())
                : new Failed(generation, error);
    }
}
