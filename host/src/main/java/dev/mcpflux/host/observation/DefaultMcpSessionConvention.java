package dev.mcpflux.host.observation;

import io.micrometer.common.KeyValues;

/** OpenTelemetry's conventions for sessions of MCP. */
public class DefaultMcpSessionConvention implements McpServerConvention {

    /** The name of the metric, and of the timer. */
    public static final String NAME = "mcp.client.session.duration";

    @Override
    public McpServerContext.Phase phase() {
        return McpServerContext.Phase.SESSION;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(McpServerContext context) {
        return "session " + context.server();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(McpServerContext context) {
        return KeyValues.of(
                Attributes.of(Attributes.SERVER, context.server()),
                Attributes.of(
                        Attributes.PROTOCOL_VERSION,
                        context.revision() == null ? null : context.revision().wire()),
                Attributes.of(Attributes.TRANSPORT, context.networkTransport()),
                Attributes.of(Attributes.PROTOCOL, context.networkProtocol()),
                Attributes.of(Attributes.ERROR_TYPE, Attributes.errorType(context.getError())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(McpServerContext context) {
        return KeyValues.of(
                Attributes.of(Attributes.GENERATION, Integer.toString(context.generation())),
                Attributes.of(Attributes.ADDRESS, context.serverAddress()),
                Attributes.of(
                        Attributes.PORT, context.serverPort() < 0 ? null : Integer.toString(context.serverPort())));
    }
}
