package dev.mcpflux.host.observation;

import io.micrometer.common.KeyValues;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** OpenTelemetry's conventions for clients of MCP. */
public class DefaultMcpCallConvention implements McpCallConvention {

    /** The name of the metric, and of the timer. */
    public static final String NAME = "mcp.client.operation.duration";

    @Override
    public String getName() {
        return NAME;
    }

    /**
     * "Span name SHOULD follow the format {mcp.method.name} {target} where target SHOULD match {gen_ai.tool.name} or
     * {gen_ai.prompt.name} when applicable."
     */
    @Override
    public String getContextualName(McpCallContext context) {
        String target = context.tool() == null ? context.prompt() : context.tool();
        String method = context.call().method();
        return target == null ? method : method + " " + target;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(McpCallContext context) {
        return KeyValues.of(
                Attributes.of(Attributes.METHOD, context.call().method()),
                Attributes.of(Attributes.SERVER, context.server()),
                Attributes.of(Attributes.TOOL, context.tool()),
                Attributes.of(Attributes.PROMPT, context.prompt()),
                // "SHOULD be set to execute_tool when the operation describes a tool call and SHOULD NOT be set
                // otherwise."
                Attributes.of(Attributes.OPERATION, context.tool() == null ? null : "execute_tool"),
                Attributes.of(
                        Attributes.PROTOCOL_VERSION,
                        context.revision() == null ? null : context.revision().wire()),
                Attributes.of(Attributes.TRANSPORT, context.networkTransport()),
                Attributes.of(Attributes.PROTOCOL, context.networkProtocol()),
                Attributes.of(Attributes.STATUS_CODE, Attributes.statusCode(context.getError())),
                Attributes.of(Attributes.ERROR_TYPE, errorType(context)),
                Attributes.of(Attributes.OUTCOME, outcome(context)));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(McpCallContext context) {
        return KeyValues.of(
                Attributes.of(Attributes.RESOURCE_URI, context.resource()),
                Attributes.of(Attributes.REQUEST_ID, context.requestId()),
                Attributes.of(Attributes.ADDRESS, context.serverAddress()),
                Attributes.of(
                        Attributes.PORT, context.serverPort() < 0 ? null : Integer.toString(context.serverPort())));
    }

    /** "When CallToolResult is returned with isError set to true, this attribute SHOULD be set to tool_error." */
    private static @Nullable String errorType(McpCallContext context) {
        return context.outcome() == McpCallContext.Outcome.TOOL_ERROR
                ? "tool_error"
                : Attributes.errorType(context.getError());
    }

    private static @Nullable String outcome(McpCallContext context) {
        McpCallContext.Outcome outcome = context.outcome();
        return outcome == null ? null : outcome.name().toLowerCase(Locale.ROOT);
    }
}
