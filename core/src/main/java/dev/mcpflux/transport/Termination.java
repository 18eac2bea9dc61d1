package dev.mcpflux.transport;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpStartException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended. The first cause wins and is reported to every waiter; each one receives a new exception with
 * this cause.
 *
 * @param kind the kind of end
 * @param reason one clause, for instance "its process ended"
 * @param cause the underlying error, if there is one
 */
public record Termination(
        Kind kind,
        String reason,
        Diagnostics diagnostics,
        @Nullable Throwable cause) {

    /** The kind of end. */
    public enum Kind {
        /** The connection could not be established. */
        NOT_STARTED,
        /** The peer ended or the connection broke. */
        LOST,
        /** This client closed the connection. */
        CLOSED
    }

    public static Termination closed() {
        return new Termination(Kind.CLOSED, "it was closed", Diagnostics.NONE, null);
    }

    public static Termination lost(String reason, Diagnostics diagnostics, @Nullable Throwable cause) {
        return new Termination(Kind.LOST, reason, diagnostics, cause);
    }

    public static Termination notStarted(String reason, Diagnostics diagnostics, @Nullable Throwable cause) {
        return new Termination(Kind.NOT_STARTED, reason, diagnostics, cause);
    }

    /**
     * A new exception for one waiter whose request was not sent.
     *
     * @param server the server's name
     * @param what the operation of the waiter, or null
     */
    public McpException toException(String server, @Nullable String what) {
        return toException(server, what, CallOutcome.NOT_SENT);
    }

    /**
     * A new exception for one waiter.
     *
     * @param server the server's name
     * @param what the operation of the waiter, or null
     * @param outcome whether its request may have been sent
     */
    public McpException toException(String server, @Nullable String what, CallOutcome outcome) {
        String problem = what == null ? reason : what + " failed: " + reason;
        return switch (kind) {
            case NOT_STARTED ->
                new McpStartException(
                        server, problem, diagnostics, cause, cause instanceof McpException e && e.isTransient());
            case LOST ->
                // permanent if a process has exited: only the user restarts it
                new McpConnectionException(
                        server, problem, diagnostics, cause, diagnostics.exitCode() == null, outcome);
            case CLOSED -> new McpClosedException(server, problem, diagnostics, cause, outcome);
        };
    }
}
