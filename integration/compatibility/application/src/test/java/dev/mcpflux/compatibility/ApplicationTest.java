package dev.mcpflux.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** A WebFlux application with the versions that Spring Boot manages: it serves a tool, and calls that and another one. */
class ApplicationTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = SpringApplication.run(
                Application.class, "--server.port=0", "--spring.reactor.context-propagation=auto");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static Transport stdio() {
        List<String> command = MisbehavingServer.command();
        return StdioTransport.builder("process", command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    private static Transport http() {
        return HttpTransport.builder(
                        "service",
                        "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/mcp")
                .build();
    }

    @Test
    void callsToolsOverBothTransports() {
        Set<Long> before = Leftovers.processes();
        List<String> answers = McpHost.use(
                        HostConfig.of(stdio(), http()),
                        host -> host.tools()
                                .then(host.callTool("process__echo", Map.of("text", "by pipe")))
                                .map(CallToolResult::text)
                                // bound to a type by Jackson, and checked against its schema before
                                .concatWith(host.callTool("service__echo", Map.of("text", "by http"))
                                        .map(result ->
                                                result.structured(Said.class).text())))
                .collectList()
                .block(LIMIT);
        assertEquals(List.of("by pipe", "by http"), answers);
        Leftovers.assertNone(before);
    }

    /** What a library excludes, its application misses. */
    @Test
    void theServerKeepsItsNativeTransport() {
        String library = "META-INF/native/libnetty_transport_native_epoll_x86_64.so";
        assertNotNull(getClass().getClassLoader().getResource(library), library);
        assertTrue(
                !"Linux/amd64".equals(System.getProperty("os.name") + "/" + System.getProperty("os.arch"))
                        || io.netty.channel.epoll.Epoll.isAvailable(),
                "epoll is not used: " + io.netty.channel.epoll.Epoll.unavailabilityCause());
    }

    record Said(String text) {}

    @SpringBootApplication
    static class Application {

        /** A server of the legacy era with one tool, whose result has a schema. */
        @Bean
        RouterFunction<ServerResponse> mcp() {
            return RouterFunctions.route()
                    .POST("/mcp", request -> request.bodyToMono(Map.class).flatMap(Application::answer))
                    .build();
        }

        private static Mono<ServerResponse> answer(Map<?, ?> message) {
            Object id = message.get("id");
            if (id == null) {
                return ServerResponse.accepted().build();
            }
            String result = switch (String.valueOf(message.get("method"))) {
                case "initialize" -> """
                            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                            "serverInfo":{"name":"service","version":"1"}}""";
                case "tools/list" -> """
                            {"tools":[{"name":"echo","inputSchema":{"type":"object"},"outputSchema":{"type":"object",\
                            "properties":{"text":{"type":"string","pattern":"^by"}},"required":["text"]}}]}""";
                case "tools/call" -> """
                            {"content":[{"type":"text","text":"by http"}],"structuredContent":{"text":"by http"}}""";
                default -> null;
            };
            String body = result == null
                    ? "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}"
                    : "\"result\":" + result;
            return ServerResponse.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + body + "}");
        }
    }
}
