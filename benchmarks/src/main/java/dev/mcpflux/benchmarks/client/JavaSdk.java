package dev.mcpflux.benchmarks.client;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The official Java SDK: its synchronous client, and its asynchronous one where many calls are to be under way. Waits, as
 * {@link Client} says.
 */
final class JavaSdk implements Client {

    private final List<String> command;
    private final McpSyncClient client;

    private JavaSdk(List<String> command) {
        this.command = command;
        client = McpClient.sync(transport(command)).build();
        client.initialize();
    }

    static Connector connector() {
        return JavaSdk::new;
    }

    private static McpClientTransport transport(List<String> command) {
        if (HttpServer.isUrl(command)) {
            return HttpClientStreamableHttpTransport.builder(command.get(0)).build();
        }
        ServerParameters server = ServerParameters.builder(command.get(0))
                .args(command.subList(1, command.size()))
                .build();
        return new StdioClientTransport(server, McpJsonDefaults.getMapper());
    }

    private static McpSchema.CallToolRequest request(Call call) {
        return McpSchema.CallToolRequest.builder("echo")
                .arguments(call.arguments())
                .build();
    }

    private static String text(McpSchema.CallToolResult result) {
        if (Boolean.TRUE.equals(result.isError())) {
            throw new IllegalStateException(String.valueOf(result));
        }
        return ((McpSchema.TextContent) result.content().get(0)).text();
    }

    @Override
    public String call(Call call) {
        return text(client.callTool(request(call)));
    }

    @Override
    public int listTools() {
        return client.listTools().tools().size();
    }

    @Override
    public Tally pump(Call[] calls, Duration time, int inFlight) throws TimeoutException, InterruptedException {
        McpAsyncClient async = McpClient.async(transport(command)).build();
        try {
            async.initialize().block();
            return Pump.run(
                    (call, callback) -> async.callTool(request(call))
                            .subscribe(result -> callback.done(text(result), null), e -> callback.done(null, e)),
                    calls,
                    time,
                    inFlight);
        } finally {
            async.closeGracefully().block();
        }
    }

    @Override
    public void close() {
        client.closeGracefully();
    }
}
