package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.testing.ReactorHooks;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Decisions of a session do not depend on hooks that an application has installed in Reactor. */
class ReactorHooksTest {

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    @ParameterizedTest
    @EnumSource
    void fallsBackToTheLegacyEra(ReactorHooks hooks) {
        // the handshake includes a rejected probe
        peer.handshake();
        peer.expect("tools/call").replyError(-32602, "no such tool");
        peer.expect("tools/call").reply("{'content':[{'type':'text','text':'done'}]}");
        try (ReactorHooks installed = hooks.installed()) {
            assertThat(installed).isEqualTo(hooks);
            StepVerifier.create(McpSession.use(
                            peer.transport(),
                            SessionOptions.defaults(),
                            session -> session.callTool("t", Map.of())
                                    .onErrorResume(McpPeerErrorException.class, e -> session.callTool("t", Map.of()))))
                    .assertNext(result -> assertThat(result.text()).isEqualTo("done"))
                    .verifyComplete();
        }
        peer.verify();
    }

    @ParameterizedTest
    @EnumSource
    void reportsFailedNegotiation(ReactorHooks hooks) {
        peer.expect("server/discover")
                .reply("{'resultType':'complete','supportedVersions':['2099-01-01'],'capabilities':{}}");
        try (ReactorHooks installed = hooks.installed()) {
            assertThat(installed).isEqualTo(hooks);
            StepVerifier.create(McpSession.use(peer.transport(), SessionOptions.defaults(), session -> Mono.empty()))
                    .verifyErrorSatisfies(e -> assertThat(e)
                            // a hook may wrap an error that is emitted to the application
                            .satisfiesAnyOf(
                                    mine -> assertThat(mine).isInstanceOf(McpProtocolException.class),
                                    hooked -> assertThat(hooked).hasRootCauseInstanceOf(McpProtocolException.class))
                            .hasStackTraceContaining("2099-01-01"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsHandlerAndContinues(ReactorHooks hooks) {
        peer.discovery("{'tools':{}}");
        peer.expect("tools/call")
                .reply("{'resultType':'input_required','inputRequests':{'q':{'method':'elicitation/create',"
                        + "'params':{'mode':'form','message':'?','requestedSchema':{'type':'object',"
                        + "'properties':{}}}}}}");
        peer.expect("tools/call").reply("{'resultType':'complete','content':[{'type':'text','text':'done'}]}");
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept(Map.of())))
                .build();
        try (ReactorHooks installed = hooks.installed()) {
            assertThat(installed).isEqualTo(hooks);
            StepVerifier.create(McpSession.use(
                            peer.transport(),
                            SessionOptions.builder().handlers(handlers).build(),
                            session -> session.callTool("t", Map.of())))
                    .assertNext(result -> assertThat(result.text()).isEqualTo("done"))
                    .verifyComplete();
        }
        peer.verify();
    }
}
