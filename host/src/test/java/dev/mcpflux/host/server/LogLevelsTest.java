package dev.mcpflux.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A log level that was set holds for the next session as well. */
class LogLevelsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final InMemoryServer server =
            InMemoryServer.named("s").tool("t", arguments -> "x").revisions("2025-11-25");
    private final McpHost host = McpHost.create(HostConfig.builder()
            .shutdownHook(false)
            .server(ServerDefinition.of(server.transport()).with(options -> options.era(EraPolicy.LEGACY)))
            .build());

    @AfterEach
    void close() {
        host.close().block(LIMIT);
    }

    private List<String> levels() {
        return server.received().stream()
                .filter(message -> message.path("method").asString("").equals("logging/setLevel"))
                .map((JsonNode message) -> message.path("params").path("level").asString(""))
                .toList();
    }

    @Test
    void levelIsSetAgainAfterARestart() {
        host.start().block(LIMIT);
        ServerHandle handle = host.server("s");
        handle.setLogLevel(LogLevel.ERROR).block(LIMIT);
        handle.setLogLevel(LogLevel.DEBUG).block(LIMIT);
        assertThat(levels()).containsExactly("error", "debug");

        handle.restart().block(LIMIT);

        // sent before any call that follows
        host.callTool("s__t", null).block(LIMIT);
        assertThat(levels()).containsExactly("error", "debug", "debug");
    }

    @Test
    void oldestCallerIsForgotten() {
        host.start().block(LIMIT);
        ServerHandle handle = host.server("s");
        for (int i = 0; i < 65; i++) {
            String caller = "c" + i;
            handle.setLogLevel(i == 0 ? LogLevel.ALERT : LogLevel.INFO)
                    .contextWrite(context -> context.put(CallContext.PRINCIPAL, caller))
                    .block(LIMIT);
        }
        int before = levels().size();

        handle.restart().block(LIMIT);
        host.callTool("s__t", null).block(LIMIT);

        assertThat(levels().subList(before, levels().size())).hasSize(64).containsOnly("info");
    }
}
