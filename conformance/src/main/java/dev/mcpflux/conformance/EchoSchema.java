package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import java.util.Map;
import org.reactivestreams.Publisher;

/**
 * Sends the schema of one tool back, as an argument of another.
 *
 * @param of the tool whose schema is sent
 * @param to the tool it is sent to
 * @param argument the name of the argument
 */
record EchoSchema(String of, String to, String argument) implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tool(of)
                .mapNotNull(tool -> tool.tool().inputSchema())
                .map(schema -> Call.call(to, Map.of(argument, schema)))
                .flatMap(call -> host.callTool(call.tool(), call.arguments()).map(call::verify))
                .single();
    }
}
