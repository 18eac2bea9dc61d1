package dev.mcpflux.cli.shell;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/**
 * Waits for candidates as long as nothing is typed: the next key cancels the search, and with it the requests to servers. The
 * source bounds the time.
 */
final class ShellCompleter implements Completer {

    private static final int LOOK_MILLIS = 20;

    private final CandidateSource source;

    ShellCompleter(CandidateSource source) {
        this.source = source;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (!(line instanceof ShellLine typed)) {
            return;
        }
        CompletableFuture<@Nullable List<ShellCandidate>> found =
                source.candidates(typed.before(), typed.prefix(), typed.after()).toFuture();
        try {
            List<ShellCandidate> all = wait(reader, found);
            if (all != null) {
                all.stream()
                        .filter(ShellCandidate::isSafe)
                        .map(ShellCandidate::safe)
                        .forEach(each -> candidates.add(new Candidate(
                                each.value(), each.shown(), null, each.description(), null, null, each.whole())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            // no candidates
        } catch (IOException e) {
            // the next read reports it
        } finally {
            found.cancel(true);
        }
    }

    private static @Nullable List<ShellCandidate> wait(
            LineReader reader, CompletableFuture<@Nullable List<ShellCandidate>> found)
            throws InterruptedException, ExecutionException, IOException {
        while (true) {
            try {
                return found.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (reader.getTerminal().reader().peek(1) >= 0) {
                    return null;
                }
            }
        }
    }
}
