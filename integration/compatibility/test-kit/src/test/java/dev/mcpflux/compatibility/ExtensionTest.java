package dev.mcpflux.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.testing.junit.McpTestExtension;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.StepVerifier;

/** What the test kit offers to tests, in the tests of somebody else. */
class ExtensionTest {

    @RegisterExtension
    final McpTestExtension<McpSession> scripted = McpTestExtension.session(
            () -> ScriptedPeer.named("s").handshake().expect("tools/call").reply(InMemoryServer.text("hi")));

    @Test
    void aSessionIsOpenedAndItsScriptIsPlayed(McpSession session) {
        StepVerifier.create(session.callTool("t", Map.of()))
                .assertNext(result -> assertEquals("hi", result.text()))
                .verifyComplete();
    }
}
