package dev.mcpflux.benchmarks.client;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.mcp.client.transport.stdio.StdioMcpTransport;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.List;

/** langchain4j-mcp; it has no asynchronous call. */
final class LangChain4j implements Client {

    private final DefaultMcpClient client;

    private LangChain4j(List<String> command) {
        client = DefaultMcpClient.builder().transport(transport(command)).build();
    }

    private static McpTransport transport(List<String> command) {
        return HttpServer.isUrl(command)
                ? StreamableHttpMcpTransport.builder()
                        .url(HttpServer.endpoint(command))
                        .build()
                : StdioMcpTransport.builder().command(command).build();
    }

    static Connector connector() {
        return LangChain4j::new;
    }

    @Override
    public String call(Call call) {
        ToolExecutionResult result = client.executeTool(ToolExecutionRequest.builder()
                .name("echo")
                .arguments(call.json())
                .build());
        if (result.isError()) {
            throw new IllegalStateException(result.resultText());
        }
        return result.resultText();
    }

    @Override
    public int listTools() {
        return client.listTools().size();
    }

    @Override
    public void close() {
        client.close();
    }
}
