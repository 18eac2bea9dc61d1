package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Servers that do not declare the lists they have, or do not have the lists they may have. */
class UndeclaredListsTest {

    private static final String UNKNOWN = "Method not found";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened(String capabilities) {
        peer.handshake("2025-06-18", capabilities);
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        return session;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"tools\":null}", "{\"prompts\":{}}"})
    void undeclaredToolsAreListed(String capabilities) {
        McpSession session = opened(capabilities);
        peer.expect("tools/list").reply("{'tools':[{'name':'a','inputSchema':{'type':'object'}}]}");

        StepVerifier.create(session.listTools().map(Tool::name)).expectNext("a").verifyComplete();
    }

    @Test
    void missingListsAreEmptyAndRequestedOnce() {
        McpSession session = opened("{}");
        for (String method :
                new String[] {"tools/list", "prompts/list", "resources/list", "resources/templates/list"}) {
            peer.expect(method).replyError(-32601, UNKNOWN);
        }
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(Flux.concat(
                            session.listTools(),
                            session.listPrompts(),
                            session.listResources(),
                            session.listResourceTemplates()))
                    .verifyComplete();
        }
        peer.verify();
    }

    @Test
    void ignoredRequestTimesOutSoon() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            peer.handshake("2025-06-18", "{}").expect("tools/list").expect("notifications/cancelled");
            McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
            session.open().subscribe();
            for (int i = 0; i < 2; i++) {
                TestSubscriber<Tool> tools = TestSubscriber.create();
                session.listTools().subscribe(tools);
                time.advanceTimeBy(Duration.ofSeconds(5));
                assertThat(tools.isTerminatedComplete()).isTrue();
            }
            peer.verify();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void incompleteUndeclaredListFails() {
        McpSession session = opened("{}");
        peer.expect("tools/list")
                .reply("{'tools':[{'name':'a','inputSchema':{}}],'nextCursor':'2'}")
                .expect("tools/list")
                .replyError(-32603, "no more");

        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext("a")
                .verifyError(McpPeerErrorException.class);
    }

    @Test
    void lostConnectionFailsList() {
        McpSession session = opened("{}");
        peer.expect("tools/list").close();

        StepVerifier.create(session.listTools()).verifyError(McpConnectionException.class);
    }

    @Test
    void missingDeclaredListFails() {
        McpSession session = opened("{\"tools\":{}}");
        peer.expect("tools/list").replyError(-32601, UNKNOWN);

        StepVerifier.create(session.listTools()).verifyError(McpPeerErrorException.class);
    }

    @Test
    void missingTemplatesAreEmpty() {
        McpSession session = opened("{\"resources\":{}}");
        peer.expect("resources/templates/list").replyError(-32601, UNKNOWN);

        StepVerifier.create(session.listResourceTemplates()).verifyComplete();
    }
}
