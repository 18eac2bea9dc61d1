package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.LogLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the commands that only a session has. Used by the thread of the session. */
final class BuiltIns {

    private static final int MAX_LINES = 1_000;

    private final McpHost host;
    private final ShellState state;
    private final ShellParts parts;
    private final ToIntFunction<Mono<Integer>> await;
    private final Deque<String> history = new ArrayDeque<>();
    private boolean ended;

    BuiltIns(McpHost host, ShellState state, ShellParts parts, ToIntFunction<Mono<Integer>> await) {
        this.host = host;
        this.state = state;
        this.parts = parts;
        this.await = await;
    }

    /** Whether the person wants to leave. */
    boolean ended() {
        return ended;
    }

    /** Adds a line to what {@code history} prints. */
    void remember(String line) {
        if (history.size() == MAX_LINES) {
            history.removeFirst();
        }
        history.addLast(line);
    }

    int run(BuiltIn command, List<String> words) {
        return switch (command) {
            case RESTART -> restart(one(command, words));
            case USE -> use(words);
            case LOGS -> logs(words);
            case SET -> set(words);
            case HISTORY -> history(words);
            case HELP -> help(words);
            case EXIT -> {
                ended = true;
                yield ExitCode.OK;
            }
            case SERVER, JSON, LAST -> throw new IllegalStateException(command + " is run elsewhere");
        };
    }

    private static UsageException usage(BuiltIn command, List<String> words) {
        return new UsageException(
                "expected '" + command.usage() + "', found '" + command.word() + " " + String.join(" ", words) + "'");
    }

    private static String one(BuiltIn command, List<String> words) {
        if (words.size() != 1) {
            throw usage(command, words);
        }
        return words.get(0);
    }

    private String server(String name) {
        List<String> known = host.servers().stream().map(ServerStatus::name).toList();
        if (!known.contains(name)) {
            String near = Suggestions.of(name, known);
            throw new UsageException("no server is called '" + name + "'"
                    + (near.isEmpty() ? "; there is " + String.join(", ", known) : near));
        }
        return name;
    }

    private int restart(String name) {
        String server = server(name);
        try {
            // a start that is under way cannot be repeated before it has ended
            Mono<Void> settled =
                    host.server(server).useOne(session -> Mono.<Void>empty()).onErrorComplete();
            return await.applyAsInt((starting(server) ? settled : Mono.<Void>empty())
                    .then(Mono.defer(() -> host.restart(server)))
                    .thenReturn(ExitCode.OK)
                    .doOnNext(code -> parts.output().note("mcpflux: server '" + server + "' was started again")));
        } catch (RuntimeException e) {
            parts.output().error(e, parts.message().apply(e), List.of());
            return ExitCode.of(e);
        }
    }

    private boolean starting(String server) {
        ServerState now = host.server(server).status().state();
        return now == ServerState.PENDING || now == ServerState.STARTING;
    }

    private int use(List<String> words) {
        if (words.size() > 1) {
            throw usage(BuiltIn.USE, words);
        }
        state.server(words.isEmpty() ? null : server(words.get(0)));
        return ExitCode.OK;
    }

    private int logs(List<String> words) {
        if (words.isEmpty()) {
            LogLevel least = state.logs();
            parts.output()
                    .note("mcpflux: log messages of servers are "
                            + (least == null ? "not printed" : "printed from " + text(least) + " on"));
            return ExitCode.OK;
        }
        LogLevel level = level(one(BuiltIn.LOGS, words));
        state.logs(level);
        // servers that do not answer are not waited for: what they send is filtered here as well
        return level == null
                ? ExitCode.OK
                : await.applyAsInt(Flux.fromIterable(host.servers())
                        .filter(status -> status.state().isUsable())
                        .flatMap(status -> host.server(status.name())
                                .setLogLevel(level)
                                .timeout(HostCandidates.LIMIT)
                                .onErrorComplete())
                        .then(Mono.empty()));
    }

    private static @Nullable LogLevel level(String word) {
        try {
            return switch (word) {
                case "on" -> LogLevel.INFO;
                case "off" -> null;
                default -> LogLevel.of(word);
            };
        } catch (IllegalArgumentException e) {
            throw new UsageException("expected '" + BuiltIn.LOGS.usage() + "': " + e.getMessage());
        }
    }

    private static String text(LogLevel level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private int set(List<String> words) {
        boolean known = words.size() == 2
                && words.get(0).equals("json")
                && List.of("on", "off").contains(words.get(1));
        if (!known) {
            throw usage(BuiltIn.SET, words);
        }
        state.json(words.get(1).equals("on"));
        return ExitCode.OK;
    }

    private int history(List<String> words) {
        if (words.size() > 1 || (words.size() == 1 && !words.get(0).matches("[1-9][0-9]{0,5}"))) {
            throw usage(BuiltIn.HISTORY, words);
        }
        List<String> lines = new ArrayList<>(parts.history().read());
        if (lines.isEmpty()) {
            lines.addAll(history);
        }
        int most = words.isEmpty() ? 50 : Integer.parseInt(words.get(0));
        lines.subList(Math.max(0, lines.size() - most), lines.size()).forEach(parts.output()::line);
        return ExitCode.OK;
    }

    private record Help(String usage, String summary) {}

    private int help(List<String> words) {
        if (words.isEmpty()) {
            List<Help> lines = new ArrayList<>();
            lines.add(new Help("TOOL [KEY=VALUE...]", "Call a tool, as with call."));
            parts.runner().commands().forEach(each -> lines.add(new Help(each.name(), each.summary())));
            BuiltIn.all().forEach(each -> lines.add(new Help(each.usage(), each.summary())));
            parts.output()
                    .list(
                            Listing.<Help>builder()
                                    .column("COMMAND", Help::usage)
                                    .column("WHAT IT DOES", Help::summary)
                                    .name(Help::usage)
                                    .build(),
                            lines);
            parts.output().flush();
            return ExitCode.OK;
        }
        String word = one(BuiltIn.HELP, words);
        BuiltIn own = BuiltIn.of(word);
        if (own != null) {
            parts.output().line("Usage: " + own.usage());
            parts.output().line(own.summary());
            return ExitCode.OK;
        }
        boolean known =
                parts.runner().commands().stream().anyMatch(each -> each.name().equals(word));
        return parts.runner().run(known ? List.of(word, "--help") : List.of("tool", word));
    }
}
