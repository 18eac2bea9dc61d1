package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The caller that a handler receives on a connection that all callers share, such as stdio. */
class QuestionCallerTest {

    private static final Context ANN = Context.of(CallContext.PRINCIPAL, "ann", "mine", "a");

    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private final List<String> asked = new ArrayList<>();

    private final ClientHandlers handlers = ClientHandlers.builder()
            .elicitation(question -> noted(question.caller(), Elicitation.ElicitResult.decline()))
            .sampling(question -> noted(question.caller(), Sampling.CreateMessageResult.text("model", "hello")))
            .roots((server, caller) -> noted(caller, List.of()))
            .build();

    private <T> Mono<T> noted(@Nullable Caller caller, T answer) {
        return Mono.deferContextual(context -> {
            asked.add((caller == null ? "unknown" : caller.principal()) + ", context of "
                    + Caller.of(context).principal() + ", " + context.getOrDefault("mine", "-"));
            return Mono.just(answer);
        });
    }

    private McpSession opened(EraPolicy era) {
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder().era(era).handlers(handlers).build());
        session.open().block();
        return session;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\","
                        + "\"properties\":{}}}}",
                "{\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[],\"maxTokens\":1}}",
                "{\"method\":\"roots/list\"}"
            })
    void modernRequestHasCallerAndContextOfCall(String question) {
        peer.discovery()
                .expect("tools/call")
                .reply("{\"resultType\":\"input_required\",\"inputRequests\":{\"q\":" + question + "}}")
                .expect("tools/call")
                .reply("{'resultType':'complete','content':[]}");
        opened(EraPolicy.AUTO).callTool("t", null).contextWrite(ANN).block();
        assertThat(asked).containsExactly("ann, context of ann, a");
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"elicitation/create", "sampling/createMessage", "roots/list"})
    void legacyRequestOnSharedLinkHasNoCaller(String method) {
        String params = Map.of(
                        "elicitation/create",
                        "{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}",
                        "sampling/createMessage",
                        "{\"messages\":[],\"maxTokens\":1}")
                .getOrDefault(method, "{}");
        peer.handshake()
                .expect("tools/call")
                .request("7", method, params)
                .expectResponse("7")
                .raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[]}}");
        opened(EraPolicy.LEGACY).callTool("t", null).contextWrite(ANN).block();
        // only one call is in progress, but the request may be unrelated to it
        assertThat(asked).containsExactly("unknown, context of null, -");
        peer.verify();
    }

    @Test
    void modernRequestWithoutCallerIsAnonymous() {
        peer.discovery()
                .expect("tools/call")
                .reply("{'resultType':'input_required','inputRequests':{'q':{'method':'roots/list'}}}")
                .expect("tools/call")
                .reply("{'resultType':'complete','content':[]}");
        opened(EraPolicy.AUTO).callTool("t", null).block();
        assertThat(asked).containsExactly("null, context of null, -");
        peer.verify();
    }
}
