package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.session.SessionOptions;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ScriptedPeerTest {

    @Test
    void playsATranscript() {
        ScriptedPeer peer = ScriptedPeer.named("s")
                .handshake()
                .expect("tools/call", m -> m.at("/params/arguments/a").asInt() == 1)
                .reply("{\"content\":[]}");
        StepVerifier.create(McpSession.use(
                        peer.transport(), SessionOptions.defaults(), s -> s.callTool("t", java.util.Map.of("a", 1))))
                .expectNextCount(1)
                .verifyComplete();
        peer.verify();
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized", "tools/call");
        assertThat(peer.closed()).isTrue();
    }

    @Test
    void saysWhatWasExpectedAndWhatCame() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake().expect("tools/list");
        StepVerifier.create(McpSession.use(peer.transport(), SessionOptions.defaults(), s -> s.callTool("t", null)))
                .verifyError(McpConnectionException.class);
        assertThatThrownBy(peer::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: tools/list")
                .hasMessageContaining("tools/call");
    }

    @Test
    void saysWhatNeverCame() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake().expect("tools/list");
        StepVerifier.create(McpSession.use(
                        peer.transport(), SessionOptions.defaults(), s -> reactor.core.publisher.Mono.just(1)))
                .expectNext(1)
                .verifyComplete();
        assertThatThrownBy(peer::verify).isInstanceOf(AssertionError.class).hasMessageContaining("tools/list");
    }
}
