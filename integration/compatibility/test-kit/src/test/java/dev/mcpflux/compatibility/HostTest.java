package dev.mcpflux.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.junit.McpTestExtension;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host for a class of tests, with a process and a service. */
class HostTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Shared by the tests of the class. */
    @RegisterExtension
    static final McpTestExtension<McpHost> HOST = McpTestExtension.opening(
            McpHost.class, () -> McpHost.open(HostConfig.of(process(), service())), McpHost::close);

    private static HttpServer server;

    @AfterAll
    static void stopService() {
        server.stop(0);
    }

    @Test
    void callsAToolOfAProcess(McpHost host) {
        assertEquals(
                "by pipe",
                host.callTool("process__echo", Map.of("text", "by pipe"))
                        .block(LIMIT)
                        .text());
    }

    @Test
    void callsAToolOfAService(McpHost host) {
        assertEquals(
                "by http", host.callTool("service__echo", Map.of()).block(LIMIT).text());
    }

    private static StdioTransport process() {
        List<String> command = MisbehavingServer.command();
        return StdioTransport.builder("process", command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    private static HttpTransport service() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/mcp", HostTest::answer);
        server.start();
        return HttpTransport.builder(
                        "service", "http://localhost:" + server.getAddress().getPort() + "/mcp")
                .build();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(message);
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            if (!id.find()) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            String body = message.contains("\"initialize\"")
                    ? "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"service\",\"version\":\"1\"}}"
                    : message.contains("\"tools/call\"")
                            ? "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"by http\"}]}"
                            : message.contains("\"tools/list\"")
                                    ? "\"result\":{\"tools\":[{\"name\":\"echo\","
                                            + "\"inputSchema\":{\"type\":\"object\"}}]}"
                                    : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";
            byte[] bytes =
                    ("{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + "," + body + "}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
