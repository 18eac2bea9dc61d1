package dev.mcpflux.client;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * What a tool call tells while it runs, and at its end. Texts for a person, of progress and log messages, have configured
 * secrets masked, as those of {@link SessionEvent}; the result, and the state of a task, are handed over as the server sent them.
 */
public sealed interface ToolSignal {

    /**
     * How far it is (specification: basic/utilities/progress).
     *
     * @param progress grows with each signal
     * @param total where {@code progress} ends, if the server knows
     * @param message what it is doing, for a person
     */
    record Progress(
            double progress,
            @Nullable Double total,
            @Nullable String message) implements ToolSignal {}

    /**
     * A log message of the server for this call (modern era; specification 2026-07-28: server/utilities/logging). Over a
     * channel that requests share, it is known to be for this call only while no other asks for log messages.
     */
    record Log(LogMessage message) implements ToolSignal {}

    /**
     * The call goes on as a task, and this is what is new about it. Its {@code taskId} can be kept, to resume it by
     * {@link McpSession#resumeTask} after this client has gone and come back.
     */
    record TaskStatus(Tasks.Task task) implements ToolSignal {}

    /** The result, always the last signal. */
    record Result(CallToolResult result) implements ToolSignal {}
}
