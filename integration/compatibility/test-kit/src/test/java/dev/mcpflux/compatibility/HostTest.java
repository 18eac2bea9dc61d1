package dev.mcpflux.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.testing.junit.McpTestExtension;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host for a class of tests, with a process and a service. */
class HostTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Shared by the tests of the class. */
    @RegisterExtension
    static final McpTestExtension<McpHost> HOST = McpTestExtension.host(() -> HostConfig.of(process(), service()));

    private static ScriptedHttpServer server;

    @AfterAll
    static void stopService() {
        server.close();
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
        server = ScriptedHttpServer.legacy((request, reply) -> {
            if (request.is("tools/list")) {
                reply.result("{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}");
            } else {
                reply.result("{\"content\":[{\"type\":\"text\",\"text\":\"by http\"}]}");
            }
        });
        return HttpTransport.builder("service", server.url()).build();
    }
}
