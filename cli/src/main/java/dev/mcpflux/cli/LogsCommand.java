package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.watch.WatchEvent;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "logs",
        description = {
            "Start servers and print their log messages and the lines of their stderr.",
            "Without --follow this ends when every server is ready or has failed and has been quiet, which means that no"
                    + " line has come for one second; a server that is never quiet is given ten seconds. With --follow it"
                    + " goes on until Ctrl-C, and servers that are lost are started again.",
            "With --json each line is a JSON object with time, server, event (log or stderr) and what belongs to it."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux logs",
            "  mcpflux logs -f files search --level debug",
            "  mcpflux logs --no-stderr --json files | jq .data"
        })
final class LogsCommand extends HostCommand {

    @Parameters(paramLabel = "SERVER", arity = "0..*", description = "Only these servers. Default: all.")
    List<String> servers = new ArrayList<>();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C, and start servers again that are lost.")
    boolean follow;

    @Option(
            names = "--level",
            converter = SessionFlags.LevelConverter.class,
            paramLabel = "LEVEL",
            description = "The lowest level of log messages that servers are asked for and that are printed. Default:"
                    + " that of --log-level, else info.")
    @Nullable
    LogLevel level;

    @Option(
            names = "--stderr",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Print the lines of stderr as well. Default: yes.")
    boolean stderr;

    @Option(
            names = "--since-start",
            description = "Print times since the start of this command, like +1.250s, not the time of day.")
    boolean sinceStart;

    private final StartGate gate = new StartGate();
    private final Clock clock = Clock.systemUTC();
    private final Scheduler timer = Schedulers.parallel();
    private Instant begin = Instant.MIN;

    @Override
    public Integer call() {
        begin = clock.instant();
        if (level != null) {
            root().session.logLevel = level;
        } else if (root().session.logLevel == null) {
            root().session.logLevel = LogLevel.INFO;
        }
        ServerSelection from = new ServerSelection();
        from.servers.addAll(servers);
        return withHost(from, this::follow);
    }

    /** The start of the servers is printed. */
    @Override
    boolean early() {
        return true;
    }

    @Override
    boolean restarts() {
        return follow;
    }

    /** The log of a server that cannot be started is wanted most of all. */
    @Override
    ServerDefinition adapted(ServerDefinition server) {
        return server.with(options -> options.required(false));
    }

    @Override
    HostConfig prepared(HostConfig config) {
        return gate.of(config);
    }

    /** Logs are the result here. */
    @Override
    Mono<Void> prepare(McpHost host) {
        return Mono.empty();
    }

    private Mono<Integer> follow(McpHost host) {
        if (host.servers().isEmpty()) {
            output().note("mcpflux: there is no server whose log could be printed");
            return Mono.just(ExitCode.OK);
        }
        Mono<Void> started = started(host);
        Flux<HostEvent> shown = EventSink.direct(host.events()).doOnNext(event -> {
            show(event);
            // the first events are the states of all servers: nothing can be missed from then on
            gate.open();
        });
        Flux<HostEvent> printed = follow
                ? shown.takeUntil(event -> nothingLeft(host)).mergeWith(started.cast(HostEvent.class))
                : shown.publish(
                        shared -> shared.takeUntilOther(QuietEnd.of(started, shared.filter(this::isPrinted), timer)));
        return printed.then(Mono.fromSupplier(() -> ended(host)));
    }

    private boolean isPrinted(HostEvent event) {
        return line(event) != null;
    }

    /** The line of an event, or null for one that is neither a log message nor a line of stderr. */
    private @Nullable WatchEvent line(HostEvent event) {
        if (!(event instanceof HostEvent.FromServer from)) {
            return null;
        }
        if (from.event() instanceof SessionEvent.ServerLog) {
            return WatchEvent.of(clock.instant(), event, root().session.logLevel);
        }
        return stderr
                        && from.event() instanceof SessionEvent.Link link
                        && link.event() instanceof ConnectionEvent.StderrLine text
                ? WatchEvent.stderr(clock.instant(), event.server(), text.line())
                : null;
    }

    private void show(HostEvent event) {
        WatchEvent line = line(event);
        if (line != null) {
            print(line);
        } else if (event instanceof HostEvent.StateChanged changed && changed.from() != changed.to()) {
            noteState(changed);
        } else if (event instanceof HostEvent.EventsDropped dropped) {
            output().note("mcpflux: " + dropped.count() + " lines are missing: too many came at once");
        }
    }

    private void print(WatchEvent line) {
        if (output().json()) {
            output().jsonLine(line.json());
        } else if (sinceStart) {
            output().line(line.line(String.format(
                    Locale.ROOT, "+%.3fs", Duration.between(begin, line.time()).toMillis() / 1000.0)));
        } else {
            output().line(line.line(ZoneId.systemDefault()));
        }
    }

    /** On standard error: why a log has a gap or ends. */
    private void noteState(HostEvent.StateChanged changed) {
        ServerLife life = changed.after();
        boolean again = life instanceof ServerLife.Ready && life.generation() > 1;
        boolean lost =
                life.error() != null && changed.to() != ServerState.CLOSED && changed.to() != ServerState.CLOSING;
        if (again) {
            output().note("mcpflux: server '" + SafeText.line(changed.server()) + "' is ready again");
        } else if (lost) {
            String then = life instanceof ServerLife.Failed || life instanceof ServerLife.Disabled
                    ? ""
                    : " (" + LifeText.state(life, clock.instant()) + ")";
            output().note("mcpflux: " + root().message(Objects.requireNonNull(life.error())) + then);
        }
    }

    private int ended(McpHost host) {
        List<ServerStatus> all = host.servers();
        if (follow && nothingLeft(host)) {
            output().note("mcpflux: no server is left to follow");
        }
        return all.stream().allMatch(server -> server.error() != null)
                ? all.stream()
                        .map(ServerStatus::error)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(ExitCode::ofServer)
                        .orElse(ExitCode.OK)
                : ExitCode.OK;
    }
}
