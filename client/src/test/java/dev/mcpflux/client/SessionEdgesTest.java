package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.validation.SchemaValidator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class SessionEdgesTest {

    private static final String DONE = "{'resultType':'complete'}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private SessionOptions.Builder options() {
        return SessionOptions.builder().timer(time).extension(Extensions.TASKS);
    }

    private McpSession opened(SessionOptions options) {
        McpSession session = McpSession.create(peer.transport(), options);
        session.open().block();
        return session;
    }

    private static String task(String type, String members) {
        return "{\"resultType\":\"" + type + "\",\"taskId\":\"t1\",\"status\":\"working\"" + members + "}";
    }

    @Test
    void unseenTaskIsCancelledWithItsCall() {
        String progress = "{\"progressToken\":$token,\"progress\":1}";
        peer.discovery()
                .expect("tools/call")
                .notify("notifications/progress", progress)
                .notify("notifications/progress", progress)
                .reply(task("task", ""))
                .expect("tasks/cancel")
                .reply(DONE);
        McpSession session = opened(options().build());
        TestSubscriber<ToolSignal> signals =
                TestSubscriber.builder().initialRequest(1).build();
        session.streamTool("t", null).subscribe(signals);
        assertThat(signals.getReceivedOnNext()).hasSize(1);
        signals.cancel();
        peer.verify();
    }

    @Test
    void handshakeErrorIsReportedIfProbeIsUnanswered() {
        peer.expect("server/discover").expect("initialize").replyError(-32603, "no API key");
        TestSubscriber<PeerInfo> opening = TestSubscriber.create();
        McpSession.create(peer.transport(), options().build()).open().subscribe(opening);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(opening.expectTerminalError()).isInstanceOf(McpPeerErrorException.class);
    }

    @Test
    void probeLeavesTimeForHandshake() {
        peer.expect("server/discover")
                .expect("initialize")
                .reply("{'protocolVersion':'2025-11-25','capabilities':{'tools':{}}}")
                .expect("notifications/initialized");
        TestSubscriber<PeerInfo> opening = TestSubscriber.create();
        McpSession.create(
                        peer.transport(),
                        options().startTimeout(Duration.ofSeconds(4)).build())
                .open()
                .subscribe(opening);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(opening.getReceivedOnNext()).extracting(PeerInfo::era).containsExactly(ProtocolEra.LEGACY);
    }

    @Test
    void invalidFormSchemaIsServerError() {
        peer.discovery()
                .expect("tools/call")
                .reply("{'resultType':'input_required','inputRequests':{'a':{'method':'elicitation/create',"
                        + "'params':{'message':'?','requestedSchema':{'type':7}}}}}");
        SchemaValidator broken = (schema, value) ->
                Mono.<List<String>>error(new SchemaValidator.UnusableSchemaException("the type is no type"));
        McpSession session = opened(options()
                .schemas(broken)
                .handlers(ClientHandlers.builder()
                        .elicitation(q -> Mono.just(Elicitation.ElicitResult.accept(Map.of())))
                        .build())
                .build());
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("t", null).subscribe(call);
        assertThat(call.expectTerminalError()).isInstanceOf(McpException.class).hasMessageContaining("server 's'");
    }

    @Test
    void hugePollIntervalDoesNotOverflow() {
        peer.discovery()
                .expect("tools/call")
                .reply(task("task", ",\"pollIntervalMs\":9223372036854775807"))
                .expect("tasks/cancel")
                .reply(DONE);
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        opened(options().build()).callTool("t", null, RequestOptions.defaults()).subscribe(call);
        time.advanceTimeBy(Duration.ofMinutes(11));
        assertThat(call.expectTerminalError()).isInstanceOf(McpException.class);
    }

    @Test
    void nullStructuredContentIsServerError() {
        peer.discovery().expect("tools/call").reply("{'resultType':'complete','content':[],'structuredContent':null}");
        TestSubscriber<String> typed = TestSubscriber.create();
        opened(options().build()).callToolAs("t", null, String.class).subscribe(typed);
        assertThat(typed.expectTerminalError()).isInstanceOf(McpException.class);
    }

    @Test
    void cacheIsNotServedAfterClose() {
        peer.discovery()
                .expect("tools/list")
                .reply("{'resultType':'complete','tools':[],'ttlMs':60000,'cacheScope':'public'}");
        McpSession session = opened(options().build());
        session.listTools().blockLast();
        session.close().block();
        TestSubscriber<Object> late = TestSubscriber.create();
        session.listTools().cast(Object.class).subscribe(late);
        assertThat(late.isTerminatedError()).isTrue();
    }
}
