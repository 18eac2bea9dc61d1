package dev.mcpflux.benchmarks.client;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.CallToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/**
 * mcpflux as an application uses it: {@code host.callTool}, defaults everywhere; calls go round all its servers. Waits, as
 * {@link Client} says.
 */
final class FluxHost implements Client {

    private final McpHost host;
    private final String[] tools;
    private int next;

    FluxHost(List<String> command, int servers) {
        HostConfig.Builder config = HostConfig.builder();
        tools = new String[servers];
        for (int i = 0; i < servers; i++) {
            config.server(server("bench" + i, command));
            tools[i] = "bench" + i + "__echo";
        }
        host = Objects.requireNonNull(McpHost.open(config.build()).block());
        host.servers().forEach(server -> {
            if (server.state() != ServerState.READY) {
                // nobody has it yet who could close it
                close();
                throw new IllegalStateException(server.toString());
            }
        });
    }

    private static ServerDefinition server(String name, List<String> command) {
        return HttpServer.isUrl(command)
                ? ServerDefinition.http(name, HttpServer.endpoint(command))
                : ServerDefinition.stdio(
                        name, command.get(0), command.subList(1, command.size()).toArray(String[]::new));
    }

    /** One host for all of them, not one for each. */
    static Connector connector() {
        return new Connector() {
            @Override
            public Client connect(List<String> command) {
                return new FluxHost(command, 1);
            }

            @Override
            public AutoCloseable connectAll(List<String> command, int count) {
                return new FluxHost(command, count);
            }
        };
    }

    McpHost host() {
        return host;
    }

    private String tool() {
        // several threads may call: which server they get does not matter
        int i = next + 1;
        next = i < tools.length ? i : 0;
        return tools[i < tools.length ? i : 0];
    }

    @Override
    public String call(Call call) {
        CallToolResult result = host.callTool(tool(), call.arguments()).block();
        if (result == null) {
            throw new IllegalStateException("no result");
        }
        return FluxSession.text(result);
    }

    @Override
    public int listTools() {
        Long count = host.tools().count().block();
        return count == null ? 0 : count.intValue();
    }

    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws TimeoutException, InterruptedException {
        return Pump.run(
                (call, callback) -> host.callTool(tool(), call.arguments())
                        .subscribe(
                                result -> callback.done(FluxSession.text(result), null), e -> callback.done(null, e)),
                calls,
                time,
                inFlight);
    }

    @Override
    public void close() {
        host.close().block();
    }
}
