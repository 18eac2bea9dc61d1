package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * An interactive session over one running host: reads lines and runs them, one after the other, until the end of the input. A
 * script ends at its first error. The host belongs to the caller.
 */
public final class ShellSession {

    /** The exit code of a line that was interrupted, as a shell has it. */
    static final int INTERRUPTED = 130;

    private final McpHost host;
    private final ShellState state;
    private final ShellParts parts;
    private final BuiltIns builtIns;
    private final Clock clock = Clock.systemUTC();

    public ShellSession(McpHost host, ShellState state, ShellParts parts) {
        this.host = host;
        this.state = state;
        this.parts = parts;
        this.builtIns = new BuiltIns(host, state, parts, this::await);
    }

    /**
     * Runs the session.
     *
     * @return the exit code: that of the first line of a script that failed, else 0. Fails where the input cannot be read, or the
     *     output not be written.
     *     <p><em>Cancellation</em> cancels the line that runs, and ends the session.
     *     <p><em>Thread:</em> one of its own, which waits for the input.
     */
    public Mono<Integer> run() {
        return Mono.using(
                () -> Schedulers.newBoundedElastic(1, 1, "mcpflux-shell", 60, true),
                thread -> Mono.fromCallable(this::lines).subscribeOn(thread).doOnCancel(parts.input()::stop),
                Scheduler::dispose);
    }

    private int lines() {
        ShellPrompt prompt = new ShellPrompt(
                host, state, parts.colours(), () -> parts.output().display().columns());
        HostCandidates candidates =
                new HostCandidates(host, state, parts.runner().commands(), Schedulers.parallel());
        parts.input().open(new SessionContext(candidates, prompt, parts.history()));
        Disposable notices = new ServerNotices(
                        state, parts.logs(), parts.output()::note, parts.message(), parts.input()::refresh, clock)
                .of(host)
                .subscribe();
        try {
            return lines(prompt);
        } finally {
            notices.dispose();
            parts.input().close();
            // an interrupted thread cannot write files
            if (!Thread.currentThread().isInterrupted()) {
                parts.history().shorten();
            }
        }
    }

    private int lines(ShellPrompt prompt) {
        for (String line = parts.input().read(prompt);
                line != null;
                line = parts.input().read(prompt)) {
            int code = run(line);
            if (code != ExitCode.OK && !parts.input().interactive()) {
                return code;
            }
            if (builtIns.ended()) {
                return ExitCode.OK;
            }
        }
        return ExitCode.OK;
    }

    private int run(String line) {
        LineWords words = LineWords.of(line);
        if (words.words().isEmpty()) {
            return ExitCode.OK;
        }
        CatalogueTool ignored = state.takeTool();
        try {
            if (words.open()) {
                throw new UsageException("a quote is not closed, or the line ends with a backslash: " + line);
            }
            return run(words.texts());
        } catch (UsageException e) {
            parts.output().error(e);
            return ExitCode.USAGE;
        } finally {
            keep(line, words.texts());
        }
    }

    private int run(List<String> words) {
        if (words.get(0).equals(BuiltIn.JSON.word())) {
            state.nextJson();
            return words.size() == 1 ? ExitCode.OK : run(words.subList(1, words.size()));
        }
        BuiltIn own = BuiltIn.of(words.get(0));
        if (own != null && own != BuiltIn.LAST && own != BuiltIn.SERVER) {
            return builtIns.run(own, words.subList(1, words.size()));
        }
        List<String> command = new ArrayList<>(words);
        if (own != null) {
            command.set(0, own == BuiltIn.LAST ? own.word() : "inspect");
        } else if (parts.runner().commands().stream()
                .noneMatch(each -> each.name().equals(words.get(0)))) {
            command.add(0, "call");
        }
        if (words.get(0).equals("tools") && words.size() > 1 && !words.get(1).startsWith("-")) {
            // the short form of a session
            command.add(1, "--match");
        }
        if (state.takeJson() && command.stream().noneMatch(ShellSession::isFormat)) {
            command.add("--json");
        }
        return parts.runner().run(command);
    }

    private static boolean isFormat(String word) {
        return word.equals("--json") || word.equals("-o") || word.startsWith("-o=") || word.startsWith("--output");
    }

    private void keep(String line, List<String> words) {
        CatalogueTool tool = state.takeTool();
        if (SecretWords.in(words, tool == null ? null : tool.tool().inputSchema())) {
            return;
        }
        builtIns.remember(line);
        parts.input().remember(line);
        if (parts.input().interactive() && !Thread.currentThread().isInterrupted()) {
            parts.history().add(line);
        }
    }

    /**
     * Waits for work, which Ctrl-C cancels.
     *
     * @param work emits the exit code, or nothing for success
     * @return the exit code; 130 if it was cancelled
     */
    public int await(Mono<Integer> work) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Disposable running =
                work.subscribe(done::complete, done::completeExceptionally, () -> done.complete(ExitCode.OK));
        parts.input().await(done, () -> {
            running.dispose();
            if (done.complete(INTERRUPTED)) {
                parts.output().note("mcpflux: cancelled");
            }
        });
        try {
            return done.join();
        } catch (CompletionException e) {
            throw error(e.getCause());
        }
    }

    private static RuntimeException error(@Nullable Throwable cause) {
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
