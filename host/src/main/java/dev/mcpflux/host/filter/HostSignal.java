package dev.mcpflux.host.filter;

import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;

/**
 * What comes back from a {@link HostCall}. {@link HostCall.CallTool} and {@link HostCall.ResumeTask} have any number of
 * {@link Notice}s and then one {@link ToolResult}; {@link HostCall.ListEntries} has {@link Entry}s, {@link HostCall.Listen} has
 * {@link Listening}s, and each other call has one result of its own type.
 */
public sealed interface HostSignal {

    /** Progress, a log message or the state of a task; never the result. */
    record Notice(ToolSignal signal) implements HostSignal {}

    /** The result of a tool; also where the tool reports an error. */
    record ToolResult(CallToolResult result) implements HostSignal {}

    /** The messages of a prompt. */
    record PromptResult(Prompts.GetPromptResult result) implements HostSignal {}

    /** What a resource holds. */
    record ResourceResult(Resources.ReadResourceResult result) implements HostSignal {}

    /** Proposed values. */
    record CompletionResult(Completions.Completion result) implements HostSignal {}

    /** One entry of a list. */
    record Entry(CatalogueEntry entry) implements HostSignal {}

    /** What a subscription reports. */
    record Listening(ListenSignal signal) implements HostSignal {}
}
