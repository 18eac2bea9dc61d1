package dev.mcpflux.host.filter;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a host, after its end. Names and arguments may be those of a server or a model.
 *
 * @param at when it began
 * @param caller the name of its caller
 * @param server the configured name of the server; empty where the operation was about all servers or the host itself
 * @param method the method of the protocol, {@code tools/call}
 * @param subject what it was about under its name in the host, {@code server__tool} or a URI
 * @param arguments the arguments as {@link AuditLog#arguments()} says; null where they are omitted or there are none
 * @param duration from its begin to its end
 * @param outcome how it ended
 * @param error the type of the exception it failed with; else null. Its message may quote a server, and is left out
 */
public record AuditRecord(
        Instant at,
        String caller,
        String server,
        String method,
        String subject,
        @Nullable String arguments,
        Duration duration,
        Outcome outcome,
        @Nullable String error) {

    /** How an operation ended. */
    public enum Outcome {
        /** With a result, or the end of a list. */
        ANSWERED,
        /** With a result in which the tool reports an error. */
        TOOL_ERROR,
        /** With an error that the server answered, or an error of this side. */
        FAILED,
        /** With a failure, before anything was sent; also if it was denied. */
        NOT_SENT,
        /** With a failure after it may have been sent: whether it took effect is not known. */
        UNKNOWN,
        /** Its caller cancelled it; it may have taken effect. */
        CANCELLED
    }
}
