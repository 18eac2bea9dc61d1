package dev.mcpflux.cli.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lines from a pipe or a file: without a prompt, and a line that ends with a backslash goes on in the next one. */
public final class ScriptInput implements ShellInput {

    private final BufferedReader in;
    private volatile boolean stopped;

    public ScriptInput(BufferedReader in) {
        this.in = in;
    }

    @Override
    public boolean interactive() {
        return false;
    }

    @Override
    public @Nullable String read(Supplier<String> prompt) {
        try {
            StringBuilder whole = new StringBuilder();
            for (String line = stopped ? null : in.readLine(); line != null; line = in.readLine()) {
                whole.append(line);
                if (!LineWords.of(whole.toString()).open()) {
                    return whole.toString();
                }
                whole.append('\n');
            }
            // what is open at the end is a mistake, which is reported where the line is read
            return whole.isEmpty() || stopped ? null : whole.substring(0, whole.length() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void await(CompletableFuture<?> done, Runnable cancel) {
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancel.run();
        } catch (ExecutionException | CancellationException e) {
            // the caller looks at the outcome
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {}
}
