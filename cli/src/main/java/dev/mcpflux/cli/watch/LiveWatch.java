package dev.mcpflux.cli.watch;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.LiveScreen;
import dev.mcpflux.cli.terminal.LiveTerminal;
import dev.mcpflux.cli.terminal.OutputException;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The live table of {@code watch}: connects the model, the keys and the terminal with a host. Draws on a thread of its own,
 * which a terminal that is stopped may hold up without delaying servers.
 */
public final class LiveWatch implements AutoCloseable {

    /** At most four redraws a second. */
    public static final Duration REDRAW = Duration.ofMillis(250);

    private static final Duration LOOK = Duration.ofMillis(125);

    private final WatchModel model;
    private final LiveTerminal terminal;
    private final Output output;
    private final LiveScreen screen;
    private final Options options;
    private final LongSupplier nanos;
    private final WatchKeys keys = new WatchKeys();
    private final Sinks.Empty<Void> quit = Sinks.empty();
    private final Sinks.Many<Long> wake = Sinks.many().multicast().directBestEffort();

    private volatile WatchView view = WatchView.FIRST;
    private volatile @Nullable WatchTable shown;
    private long lastDraw;
    private boolean drawn;

    /**
     * What the command line asks for.
     *
     * @param probe how often ready servers are asked for a round trip; null for never
     * @param probed matches the servers that are asked
     * @param file followed for changes; null for none
     * @param reload makes the servers of the command line from what was read
     */
    public record Options(
            @Nullable Duration probe,
            Predicate<String> probed,
            @Nullable Path file,
            UnaryOperator<HostConfig> reload) {}

    public LiveWatch(WatchModel model, LiveTerminal terminal, Output output, Options options, LongSupplier nanos) {
        this.model = model;
        this.terminal = terminal;
        this.output = output;
        this.screen = output.live(terminal.colours());
        this.options = options;
        this.nanos = nanos;
    }

    /**
     * Shows the table.
     *
     * @return completes when the person quits; fails with {@link OutputException} if the terminal is gone.
     *     <em>Cancellation</em>, as every other end, restores the terminal.
     */
    public Mono<Void> show(McpHost host) {
        return Mono.defer(() -> {
            terminal.open();
            output.screen().hold(note -> model.note("", note));
            Scheduler own = Schedulers.newSingle("mcpflux-watch", true);
            Flux<?> work = Flux.merge(
                    host.events().doOnNext(model::add),
                    Flux.merge(Flux.interval(Duration.ZERO, LOOK, own).onBackpressureDrop(), wake.asFlux())
                            .onBackpressureDrop()
                            .publishOn(own, 1)
                            .doOnNext(look -> draw(host)),
                    typed().doOnNext(key -> press(host, key)),
                    probes(host),
                    follow(host));
            // before whoever waits for the end goes on: the JVM may end then
            return work.takeUntilOther(quit.asMono())
                    .then()
                    .doOnTerminate(() -> end(own))
                    .doOnCancel(() -> end(own));
        });
    }

    private void end(Scheduler own) {
        close();
        own.dispose();
    }

    private void draw(McpHost host) {
        long now = nanos.getAsLong();
        if (drawn && now - lastDraw < REDRAW.toNanos()) {
            // the next look comes soon
            return;
        }
        WatchTable table = shown;
        if (table == null || !view.paused()) {
            table = model.table(host.servers(), view);
            shown = table;
        }
        ScreenSize size = terminal.size();
        if (screen.draw(table.lines(view, size), size)) {
            lastDraw = now;
            drawn = true;
        }
    }

    private Flux<WatchKeys.Key> typed() {
        return Flux.create(sink -> {
            Thread reader = new Thread(() -> read(sink), "mcpflux-keys");
            reader.setDaemon(true);
            reader.start();
        });
    }

    private void read(FluxSink<WatchKeys.Key> sink) {
        try {
            for (int c = terminal.read(); c >= 0 && !sink.isCancelled(); c = terminal.read()) {
                WatchKeys.Key key = keys.decode(c);
                if (key != null) {
                    sink.next(key);
                }
            }
        } catch (IOException e) {
            // the terminal was closed, or is gone: then drawing fails as well
        }
        sink.complete();
    }

    private void press(McpHost host, WatchKeys.Key key) {
        WatchTable table = shown;
        List<WatchRow> rows = table == null ? List.of() : table.rows();
        WatchKeys.Pressed pressed = WatchKeys.press(key, view, rows);
        view = pressed.view();
        String server = pressed.server();
        switch (pressed.request()) {
            case QUIT -> quit.tryEmitEmpty();
            case RESTART -> act(server, "restart", host.restart(String.valueOf(server)));
            case RELEASE -> release(host, String.valueOf(server));
            case NONE -> {}
        }
        wake.tryEmitNext(0L);
    }

    private void release(McpHost host, String server) {
        boolean quarantined = host.servers().stream()
                .anyMatch(status -> status.name().equals(server) && status.state() == ServerState.QUARANTINED);
        if (quarantined) {
            act(server, "release", Mono.defer(() -> host.server(server).release()));
        } else {
            model.note(server, "it is not in quarantine");
        }
    }

    private void act(@Nullable String server, String what, Mono<Void> action) {
        String name = String.valueOf(server);
        model.note(name, what + " by hand");
        action.subscribe(null, e -> model.note(name, what + " failed: " + problem(e)));
    }

    private static String problem(Throwable e) {
        return e instanceof McpException known ? known.problem() : String.valueOf(e.getMessage());
    }

    private Flux<?> probes(McpHost host) {
        Duration every = options.probe();
        return every == null
                ? Flux.empty()
                : Flux.interval(Duration.ofMillis(Math.min(500, every.toMillis())), every)
                        .onBackpressureDrop()
                        .doOnNext(tick -> host.servers().stream()
                                .filter(status -> status.state() == ServerState.READY)
                                .map(ServerStatus::name)
                                .filter(options.probed())
                                .forEach(name -> probe(host, name)));
    }

    /** One round trip; not more than one at a time for each server. */
    private void probe(McpHost host, String name) {
        if (!model.beginProbe(name)) {
            return;
        }
        Mono.defer(() -> host.server(name)
                        .useOne(session -> Mono.defer(() -> {
                            long begin = nanos.getAsLong();
                            return session.ping()
                                    .doOnSuccess(answered -> model.roundTrip(name, nanos.getAsLong() - begin));
                        })))
                .takeUntilOther(quit.asMono())
                .doFinally(end -> model.endProbe(name))
                .subscribe(null, e -> model.probeFailed(name, e));
    }

    private Flux<?> follow(McpHost host) {
        Path file = options.file();
        return file == null ? Flux.empty() : host.follow(file, options.reload());
    }

    /** Restores the terminal. Any thread may call it, more than once. */
    @Override
    public void close() {
        quit.tryEmitEmpty();
        screen.close();
        terminal.close();
        output.screen().release();
    }
}
