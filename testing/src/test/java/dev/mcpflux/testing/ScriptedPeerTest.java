package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ScriptedPeerTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final CallToolResult SUNNY =
            new CallToolResult(List.of(new Content.Text("sunny")), null, null, null);

    private static <T> Flux<T> use(ScriptedPeer peer, Function<TestClient, ? extends Publisher<T>> body) {
        return TestClient.use(peer.transport(), body);
    }

    private static String mismatch(ScriptedPeer peer, Function<TestClient, ? extends Publisher<?>> body) {
        StepVerifier.create(use(peer, s -> Flux.from(body.apply(s)).cast(Object.class)))
                .verifyError(McpConnectionException.class);
        try {
            peer.verify();
        } catch (AssertionError e) {
            return e.getMessage();
        }
        throw new AssertionError("the script was played");
    }

    @Test
    void playsATranscript() {
        ScriptedPeer peer = ScriptedPeer.named("s")
                .handshake()
                .expect("tools/call", m -> m.at("/params/arguments/a").asInt() == 1)
                .reply("{\"content\":[]}");
        StepVerifier.create(use(peer, s -> s.callTool("t", Map.of("a", 1))))
                .expectNextCount(1)
                .verifyComplete();
        peer.verify();
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized", "tools/call");
        assertThat(peer.closed()).isTrue();
    }

    @Test
    void speaksInRecords() {
        ScriptedPeer peer = ScriptedPeer.named("weather")
                .handshake()
                .always(
                        "tools/list",
                        new ListToolsResult(
                                List.of(new Tool("lookup", null, "the weather", null, null, null, null, null, null)),
                                null,
                                null,
                                null,
                                null,
                                null))
                .expect("tools/call", CallToolParams.class, call -> call.name().equals("lookup"))
                .reply(SUNNY)
                .expectParams("tools/call", new CallToolParams("lookup", Map.of("city", "Lisbon", "days", 3), null))
                .reply(SUNNY)
                .expectParams("tools/call", "{\"arguments\":{\"days\":3},\"name\":\"lookup\"}")
                .reply(Map.of("content", List.of()));
        StepVerifier.create(use(
                        peer,
                        s -> s.listTools()
                                .map(Tool::name)
                                .concatWith(s.callTool("lookup", null).map(CallToolResult::text))
                                .concatWith(s.callTool("lookup", Map.of("city", "Lisbon", "days", 3))
                                        .map(CallToolResult::text))
                                .concatWith(
                                        s.callTool("lookup", Map.of("days", 3)).map(CallToolResult::text))))
                .expectNext("lookup", "sunny", "sunny", "")
                .verifyComplete();
        peer.verify();
    }

    @Test
    void saysWhatWasExpectedAndWhatCame() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake().expect("tools/list");
        assertThat(mismatch(peer, s -> s.callTool("t", Map.of("a", 1)))).isEqualTo("""
                        peer 's' stopped at step 3 of 3
                          expected: tools/list
                          received: tools/call
                          script:
                              1 initialize
                              2 notifications/initialized
                            > 3 tools/list
                          the message:
                              {
                                "jsonrpc" : "2.0",
                                "id" : 2,
                                "method" : "tools/call",
                                "params" : {
                                  "name" : "t",
                                  "arguments" : {
                                    "a" : 1
                                  }
                                }
                              }""");
    }

    @Test
    void showsLineByLineHowParametersDiffer() {
        ScriptedPeer peer = ScriptedPeer.named("s")
                .handshake()
                .expectParams("tools/call", new CallToolParams("lookup", Map.of("city", "Lisbon"), null));
        assertThat(mismatch(peer, s -> s.callTool("lookup", Map.of("city", "Porto"))))
                .isEqualTo("""
                        peer 's' stopped at step 3 of 3
                          expected: tools/call
                          received: tools/call
                          because:  the parameters are others
                          script:
                              1 initialize
                              2 notifications/initialized
                            > 3 tools/call
                          the message (- expected, + came):
                              {
                                "jsonrpc" : "2.0",
                                "id" : 2,
                                "method" : "tools/call",
                                "params" : {
                                  "name" : "lookup",
                                  "arguments" : {
                            -       "city" : "Lisbon"
                            +       "city" : "Porto"
                                  }
                                }
                              }""");
    }

    @Test
    void saysWhyTheMessageWasRefused() {
        assertThat(mismatch(
                        ScriptedPeer.named("s")
                                .handshake()
                                .expect(
                                        "tools/call",
                                        CallToolParams.class,
                                        call -> call.name().equals("x")),
                        s -> s.callTool("t", null)))
                .contains("because:  the condition does not hold for CallToolParams");
        assertThat(mismatch(
                        ScriptedPeer.named("s").handshake().expect("tools/call", CallToolParams.class, call -> {
                            assertThat(call.name()).isEqualTo("x");
                            return true;
                        }),
                        s -> s.callTool("t", null)))
                .contains("because:  the condition failed with")
                .contains("expected: \"x\"");
        assertThat(mismatch(
                        ScriptedPeer.named("s").handshake().expect("tools/call", Integer.class, call -> true),
                        s -> s.callTool("t", null)))
                .contains("because:  the condition failed with")
                .contains("java.lang.Integer");
    }

    @Test
    void saysThatNothingMoreWasExpected() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake();
        assertThat(mismatch(peer, TestClient::ping))
                .startsWith("peer 's' stopped after the last of 2 steps\n  expected: nothing more\n  received: ping");
    }

    @Test
    void saysWhatNeverCame() {
        ScriptedPeer peer =
                ScriptedPeer.named("s").handshake().expect("tools/list").expect("ping");
        StepVerifier.create(use(peer, s -> Mono.just(1))).expectNext(1).verifyComplete();
        assertThatThrownBy(peer::verify).isInstanceOf(AssertionError.class).hasMessage("""
                        peer 's' stopped at step 3 of 4: it still expects
                          tools/list
                          ping
                        after it has received
                          [initialize, notifications/initialized]""");
    }

    @Test
    void answersNamedRequestsInAnyOrder() {
        ScriptedPeer peer = ScriptedPeer.named("s")
                .handshake()
                .expect("tools/call")
                .as("first")
                .expect("tools/call")
                .as("second")
                .expect("tools/call")
                .as("third")
                .notify("notifications/x", "{'of':$id:first}")
                .reply("third", SUNNY)
                .replyError("second", -32603, "rain")
                .reply("first", "{'content':[]}");
        List<String> ends = new ArrayList<>();
        StepVerifier.create(use(
                        peer,
                        s -> Flux.merge(
                                s.callTool("a", null).doOnTerminate(() -> ends.add("a")),
                                s.callTool("b", null)
                                        .doOnTerminate(() -> ends.add("b"))
                                        .onErrorComplete(),
                                s.callTool("c", null).doOnTerminate(() -> ends.add("c")))))
                .expectNext(SUNNY)
                .expectNext(new CallToolResult(List.of(), null, null, null))
                .verifyComplete();
        assertThat(ends).containsExactly("c", "b", "a");
        peer.verify();
    }

    @Test
    void namesAreCheckedWhenTheScriptIsWritten() {
        ScriptedPeer peer = ScriptedPeer.named("s").expect("tools/call").as("call");
        assertThatThrownBy(() -> peer.reply("cal", "{}"))
                .hasMessage("no message of the script before this step has the name 'cal'; there are [call]");
        assertThatThrownBy(() -> peer.reply("{}").as("x")).hasMessage("as(\"x\") has to follow an expect(...) at once");
        assertThatThrownBy(() -> peer.expect("tools/call").as("call"))
                .hasMessage("two messages of the script have the name 'call'");
    }

    @Test
    void verifyWaitsForWhatComesFromOtherThreads() {
        ScriptedPeer peer = ScriptedPeer.named("s")
                .handshake()
                .expect("tools/call")
                .reply(SUNNY)
                .expect("ping")
                .reply("{}");
        Mono<?> calls = TestClient.use(
                        peer.transport(), s -> s.callTool("a", null).then(s.ping()))
                .then()
                .subscribeOn(Schedulers.boundedElastic());
        Disposable running = calls.subscribe();
        peer.verify(LIMIT);
        assertThat(peer.receivedMethods()).endsWith("tools/call", "ping");
        running.dispose();
    }

    @Test
    void verifyReportsWhatNeverCameInTime() {
        ScriptedPeer peer = ScriptedPeer.named("s").expect("ping").as("sign of life");
        assertThatThrownBy(() -> peer.verify(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        peer 's' stopped at step 1 of 1: it still expects
                          ping as 'sign of life'
                        after it has received
                          []""");
    }

    @Test
    void verifyReportsADelayThatIsNotOver() {
        VirtualTimeScheduler.getOrSet();
        try {
            ScriptedPeer peer = ScriptedPeer.named("s")
                    .handshake()
                    .delay(Duration.ofHours(1))
                    .notify("notifications/x", "{}");
            StepVerifier.create(use(peer, s -> Mono.just(1))).expectNext(1).verifyComplete();
            peer.verify();
            assertThatThrownBy(() -> peer.verify(Duration.ofMillis(1))).hasMessage("""
                        peer 's' stopped after the last of 2 steps when PT0.001S were over: it has not sent everything yet
                        after it has received
                          [initialize, notifications/initialized]""");
            VirtualTimeScheduler.get().advanceTimeBy(Duration.ofHours(1));
            peer.verify(Duration.ofMillis(1));
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void verifyFailsAtOnceForAnUnexpectedMessage() {
        ScriptedPeer peer = ScriptedPeer.named("s").handshake().expect("tools/list");
        mismatch(peer, TestClient::ping);
        assertThatThrownBy(() -> peer.verify(Duration.ofDays(1))).hasMessageContaining("received: ping");
    }

    @Test
    void singleQuotesStandForDoubleOnes() {
        assertThat(JsonText.of("{'a':'b'}")).isEqualTo("{\"a\":\"b\"}");
        assertThat(JsonText.of("{\"a\":\"it's\"}")).isEqualTo("{\"a\":\"it's\"}");
        assertThat(JsonText.of(Map.of("a", 1))).isEqualTo("{\"a\":1}");
    }

    @Test
    void keepsLinesThatAreTheSame() {
        assertThat(Mismatch.diff(List.of("a", "b", "c"), List.of("a", "x", "c", "d")))
                .containsExactly("  a", "- b", "+ x", "  c", "+ d");
        assertThat(Mismatch.diff(List.of(), List.of("a"))).containsExactly("+ a");
        assertThat(Mismatch.diff(List.of("a"), List.of())).containsExactly("- a");
    }
}
