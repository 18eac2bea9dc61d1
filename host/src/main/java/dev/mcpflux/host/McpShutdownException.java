package dev.mcpflux.host;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A host was taken down, but not as it should have been: servers did not end within {@link HostConfig#closeTimeout()} and
 * were killed, or closing one failed. The message names each of them. Its cause is the first error, the others are suppressed
 * in it; where time was the problem, that is an {@link McpTimeoutException}.
 */
public final class McpShutdownException extends McpException {

    private static final long serialVersionUID = 1L;

    /** So many servers are named in the message. */
    private static final int NAMED = 10;

    /**
     * A server that had not ended when the time was over.
     *
     * @param server its name
     * @param stage what it was waiting for then, for instance "its exit after TERM"; "the others" if it had to wait for those
     *     that were started after it
     * @param gone whether it was killed; false if it may still be there
     */
    public record Unfinished(String server, String stage, boolean gone) {}

    private final transient Duration limit;
    private final transient List<Unfinished> unfinished;
    private final boolean workCompleted;

    private McpShutdownException(
            Duration limit, List<Unfinished> unfinished, boolean workCompleted, Throwable cause, String problem) {
        super(null, (workCompleted ? "the work has completed, but " : "") + problem, Diagnostics.NONE, cause);
        this.limit = limit;
        this.unfinished = unfinished;
        this.workCompleted = workCompleted;
    }

    /**
     * The exception for what went wrong, of which there is something.
     *
     * @param errors what closing servers failed with
     */
    static McpShutdownException of(Duration limit, List<Unfinished> unfinished, List<Throwable> errors) {
        List<Throwable> all = new ArrayList<>();
        unfinished.forEach(server -> all.add(new McpTimeoutException(
                server.server(), McpTimeoutException.Phase.CLOSE, "closing it", limit, Diagnostics.NONE)));
        all.addAll(errors);
        McpShutdownException e =
                new McpShutdownException(limit, unfinished, false, all.get(0), problem(limit, unfinished, errors));
        all.stream().skip(1).forEach(e::addSuppressed);
        return e;
    }

    private static String problem(Duration limit, List<Unfinished> unfinished, List<Throwable> errors) {
        List<String> parts = new ArrayList<>();
        if (!unfinished.isEmpty()) {
            parts.add("the shutdown took longer than " + text(limit) + ": " + describe(unfinished));
        }
        if (!errors.isEmpty()) {
            parts.add("closing failed: "
                    + errors.stream()
                            .limit(NAMED)
                            .map(e -> e instanceof McpException ? String.valueOf(e.getMessage()) : e.toString())
                            .collect(Collectors.joining("; "))
                    + more(errors.size()));
        }
        return String.join("; ", parts);
    }

    private static String describe(List<Unfinished> unfinished) {
        return unfinished.stream()
                        .limit(NAMED)
                        .map(server -> "server '" + server.server() + "' was waiting for " + server.stage() + " and "
                                + (server.gone() ? "was killed" : "may still be there"))
                        .collect(Collectors.joining(", "))
                + more(unfinished.size());
    }

    private static String text(Duration d) {
        return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    }

    private static String more(int count) {
        return count > NAMED ? ", and " + (count - NAMED) + " more" : "";
    }

    /** The same, of a shutdown that followed work that had completed: {@link McpHost#use} emitted all of its results. */
    McpShutdownException afterWork() {
        McpShutdownException e =
                new McpShutdownException(limit, unfinished, true, Objects.requireNonNull(getCause()), problem());
        for (Throwable other : getSuppressed()) {
            e.addSuppressed(other);
        }
        return e;
    }

    /** The servers that had not ended in time, in the order in which they were to be closed; empty if none was late. */
    public List<Unfinished> unfinished() {
        return unfinished == null ? List.of() : unfinished;
    }

    /** Whether this followed work that had completed, so that all of its results were emitted ({@link McpHost#use}). */
    public boolean workCompleted() {
        return workCompleted;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
