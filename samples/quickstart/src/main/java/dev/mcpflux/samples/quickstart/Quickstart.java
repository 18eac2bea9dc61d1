package dev.mcpflux.samples.quickstart;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import java.nio.file.Path;
import java.util.Map;

/** Calls one tool of the servers in a configuration file; the servers have exited before the last line is printed. */
public final class Quickstart {

    private Quickstart() {}

    public static void main(String[] args) {
        HostConfig config = HostConfig.load(Path.of(args.length > 0 ? args[0] : "mcp.json"));

        String weather = McpHost.useOne(
                        config, host -> host.callTool("weather__weather_lookup", Map.of("city", "Lisbon")))
                .map(CallToolResult::text)
                .block();

        System.out.println(weather);
    }
}
