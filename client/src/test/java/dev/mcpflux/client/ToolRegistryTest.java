package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ToolRegistryTest {

    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private final List<String> checked = new ArrayList<>();

    private void expectListAndCall(String caller) {
        peer.expect("tools/list")
                .reply("{'tools':[{'name':'t','inputSchema':{'title':'" + caller + "'},'description':'"
                        + "x".repeat(2000) + "'}]}");
        expectCall();
    }

    private void expectCall() {
        peer.expect("tools/call").reply("{'content':[]}");
    }

    private void call(McpSession session, String caller) {
        session.callTool(
                        "t",
                        null,
                        RequestOptions.builder().validateArguments(true).build())
                .contextWrite(context -> context.put(CallContext.PRINCIPAL, caller))
                .block();
    }

    @Test
    void schemasOfAllCallersAreLimitedInBytes() {
        peer.handshake("2025-11-25", "{'tools':{}}");
        expectListAndCall("ada");
        expectListAndCall("bob");
        expectCall();
        expectListAndCall("eve");
        expectListAndCall("ada");
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .lists(new ListLimits(10, 10, 5000))
                        .schemas((schema, value) -> {
                            checked.add(schema.path("title").asString(""));
                            return Mono.just(List.of());
                        })
                        .build());
        session.open().block();
        for (String caller : List.of("ada", "bob", "bob", "eve", "ada")) {
            call(session, caller);
        }
        peer.verify();
        assertThat(checked).containsExactly("ada", "bob", "bob", "eve", "ada");
    }
}
