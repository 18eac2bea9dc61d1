package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.text.SafeText;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Tells the person what servers do meanwhile: that one is lost, or is ready again, and what they log. */
final class ServerNotices {

    private final ShellState state;
    private final LogPrinter logs;
    private final Consumer<String> note;
    private final Function<Throwable, String> message;
    private final Runnable refresh;
    private final Clock clock;

    /**
     * Notices.
     *
     * @param message describes an error
     * @param refresh called when the number of ready servers may be another
     */
    ServerNotices(
            ShellState state,
            LogPrinter logs,
            Consumer<String> note,
            Function<Throwable, String> message,
            Runnable refresh,
            Clock clock) {
        this.state = state;
        this.logs = logs;
        this.note = note;
        this.message = message;
        this.refresh = refresh;
        this.clock = clock;
    }

    /** Completes with the host. <em>Cancellation</em> ends the notices. */
    Mono<Void> of(McpHost host) {
        return host.events().doOnNext(this::event).then();
    }

    private void event(HostEvent event) {
        if (event instanceof HostEvent.StateChanged changed && changed.from() != changed.to()) {
            changed(changed.server(), changed.after());
        } else if (event instanceof HostEvent.CurrentState now && !(now.life() instanceof ServerLife.Disabled)) {
            // it may have failed before anybody was there to see it
            changed(now.server(), now.life());
        } else if (event instanceof HostEvent.FromServer from && from.event() instanceof SessionEvent.ServerLog log) {
            LogLevel least = state.logs();
            if (least != null && LogPrinter.reaches(log.message(), least)) {
                logs.print(from.server(), log.message());
            }
        } else if (event instanceof HostEvent.EventsDropped dropped) {
            note.accept("mcpflux: " + dropped.count() + " messages are missing: too many came at once");
        }
    }

    private void changed(String name, ServerLife life) {
        refresh.run();
        Throwable error = life.error();
        String server = "server '" + SafeText.line(name) + "'";
        if (life instanceof ServerLife.Ready && life.generation() > 1) {
            note.accept("mcpflux: " + server + " is ready again");
        } else if (error != null && !(life instanceof ServerLife.Closing) && !(life instanceof ServerLife.Closed)) {
            String then = life instanceof ServerLife.Failed || life instanceof ServerLife.Disabled
                    ? ""
                    : " (" + LifeText.state(life, clock.instant()) + ")";
            note.accept("mcpflux: " + message.apply(error) + then);
        }
    }
}
