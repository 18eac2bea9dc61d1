package dev.mcpflux.host.observation;

import io.micrometer.common.KeyValues;

/** How starts of servers are named, for which OpenTelemetry has no convention. */
public class DefaultMcpStartConvention implements McpServerConvention {

    /** The name of the timer. */
    public static final String NAME = "mcpflux.server.start";

    @Override
    public McpServerContext.Phase phase() {
        return McpServerContext.Phase.START;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(McpServerContext context) {
        return "start " + context.server();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(McpServerContext context) {
        String outcome = context.getError() != null ? "error" : context.isCancelled() ? "cancelled" : "success";
        return KeyValues.of(
                Attributes.of(Attributes.SERVER, context.server()),
                Attributes.of(Attributes.ERROR_TYPE, Attributes.errorType(context.getError())),
                Attributes.of(Attributes.OUTCOME, outcome));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(McpServerContext context) {
        return KeyValues.of(Attributes.of(Attributes.GENERATION, Integer.toString(context.generation())));
    }
}
