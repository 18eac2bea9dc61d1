package dev.mcpflux.cli;

import dev.mcpflux.cli.shell.ShellInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lines for a shell over a hostile server, which go on after errors. */
final class HostileLines implements ShellInput {

    private final Deque<String> lines = new ArrayDeque<>(List.of(
            "tools",
            "tool odd",
            "say",
            ":last",
            "fail",
            "refuse",
            "missing",
            "typed p=1",
            "prompts",
            "prompt hello",
            "resources",
            "read a://b",
            "complete hello x",
            "server odd",
            "servers",
            "call say " + HostileServer.WORDS.replace("\r", "").replace("\n", ""),
            "restart odd"));

    @Override
    public boolean interactive() {
        // the first error is not the end
        return true;
    }

    @Override
    public @Nullable String read(Supplier<String> prompt) {
        return lines.poll();
    }

    @Override
    public void await(CompletableFuture<?> done, Runnable cancel) {
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            // the session looks at it
        }
    }

    @Override
    public void stop() {}

    @Override
    public void close() {}
}
