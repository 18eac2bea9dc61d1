package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The examples of docs/testing.md. */
class WeatherExampleTest {

    /** What is tested: a little application that asks a server. */
    record Weather(McpSession session) {
        Mono<String> in(String city) {
            return session.callTool("lookup", Map.of("city", city)).map(CallToolResult::text);
        }
    }

    @Test
    void asksForTheCity() {
        ScriptedPeer peer = ScriptedPeer.named("weather")
                .handshake()
                .expect("tools/call", CallToolParams.class, call -> call.name().equals("lookup"))
                .reply(InMemoryServer.text("sunny"))
                .expectParams("tools/call", new CallToolParams("lookup", Map.of("city", "Porto"), null))
                .replyError(-32603, "no data");

        StepVerifier.create(McpSession.use(
                        peer.transport(),
                        SessionOptions.defaults(),
                        session -> new Weather(session)
                                .in("Lisbon")
                                .concatWith(new Weather(session).in("Porto").onErrorReturn("unknown"))))
                .expectNext("sunny", "unknown")
                .verifyComplete();
        peer.verify();
    }

    @RegisterExtension
    final McpTestExtension<McpSession> mcp = McpTestExtension.session(InMemoryServer.named("weather")
            .tool("lookup", arguments -> "sunny in " + arguments.path("city").asString())
            .transport());

    @Test
    void asksAServerInMemory(McpSession session) {
        assertThat(new Weather(session).in("Lisbon").block(Duration.ofSeconds(5)))
                .isEqualTo("sunny in Lisbon");
    }
}
