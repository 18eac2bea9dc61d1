package dev.mcpflux.session;

import dev.mcpflux.protocol.CallToolResult;
import org.jspecify.annotations.Nullable;

/** What a tool call tells while it runs, and at its end. */
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

    /** The result, always the last signal. */
    record Result(CallToolResult result) implements ToolSignal {}
}
