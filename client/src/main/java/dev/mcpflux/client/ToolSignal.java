package dev.mcpflux.client;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * A notification about a running tool call, or its result. Configured secrets are masked in texts for people (progress,
 * log messages), as in {@link SessionEvent}. The result and the state of a task are passed on as the server sent them.
 */
public sealed interface ToolSignal {

    /**
     * The progress of the call (specification: basic/utilities/progress).
     *
     * @param progress increases with each signal
     * @param total the final value of {@code progress}, if the server knows it
     * @param message a description of the current step, for people
     */
    record Progress(
            double progress,
            @Nullable Double total,
            @Nullable String message) implements ToolSignal {}

    /**
     * A log message of the server for this call (modern era; specification 2026-07-28: server/utilities/logging). On a
     * connection that requests share, a message is assigned to this call only while no other request has asked for log
     * messages.
     */
    record Log(LogMessage message) implements ToolSignal {}

    /**
     * The call continues as a task, and this is its latest state. The {@code taskId} can be stored to resume the task
     * with {@link McpSession#resumeTask} after a restart of this client.
     */
    record TaskStatus(Tasks.Task task) implements ToolSignal {}

    /** The result, always the last signal. */
    record Result(CallToolResult result) implements ToolSignal {}
}
