package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests that take more than one round (2026-07-28: basic/patterns/mrtr). */
class RoundsTest {

    private static final String DONE =
            "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}";
    private static final String ASK_NAME =
            "{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\",\"message\":\"name?\","
                    + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}}}";
    private static final String ASK_MODEL = "{\"method\":\"sampling/createMessage\",\"params\":{\"maxTokens\":9,"
            + "\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"capital?\"}}]}}";
    private static final String ASK_ROOTS = "{\"method\":\"roots/list\"}";

    private final ScriptedPeer peer = ScriptedPeer.named("s").discovery("{'tools':{},'prompts':{},'resources':{}}");
    private final List<String> asked = new ArrayList<>();
    private final ClientHandlers handlers = ClientHandlers.builder()
            .elicitation(question -> {
                asked.add(question.server() + ": " + question.params().message());
                return Mono.just(Elicitation.ElicitResult.accept(Map.of("name", "octocat")));
            })
            .sampling(question -> Mono.just(Sampling.CreateMessageResult.text(
                    "m", question.params().messages().get(0).text() + " Paris")))
            .roots(List.of(new Roots.Root("file:///w", "w", null)))
            .build();

    private McpSession opened(ClientHandlers with) {
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().handlers(with).build());
        session.open().block();
        return session;
    }

    private static String required(String inputs, String state) {
        return "{\"resultType\":\"input_required\""
                + (inputs == null ? "" : ",\"inputRequests\":" + inputs)
                + (state == null ? "" : ",\"requestState\":" + McpJson.mapper().writeValueAsString(state)) + "}";
    }

    /** The parameters of all requests of this method, without {@code _meta}. */
    private List<String> params(String method) {
        return peer.received().stream()
                .filter(message -> message.path("method").asString("").equals(method))
                .map(message -> ((ObjectNode) message.path("params").deepCopy())
                        .without("_meta")
                        .toString())
                .toList();
    }

    // two rounds

    @Test
    void toolCallIsRepeatedWithInput() {
        peer.expect("tools/call")
                .reply(required("{\"who\":" + ASK_NAME + "}", "blob"))
                .expect("tools/call")
                .reply(DONE);
        McpSession session = opened(handlers);
        StepVerifier.create(session.callTool("t", Map.of("a", 1)))
                .assertNext(result -> assertThat(result.text()).isEqualTo("done"))
                .verifyComplete();
        assertThat(asked).containsExactly("s: name?");
        assertThat(params("tools/call"))
                .containsExactly(
                        "{\"name\":\"t\",\"arguments\":{\"a\":1}}",
                        "{\"name\":\"t\",\"arguments\":{\"a\":1},\"inputResponses\":{\"who\":{\"action\":\"accept\","
                                + "\"content\":{\"name\":\"octocat\"}}},\"requestState\":\"blob\"}");
        assertThat(peer.received().stream().map(message -> message.path("id")))
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(peer.received())
                .as("every round speaks for itself")
                .allSatisfy(message -> assertThat(message.at("/params/_meta/io.modelcontextprotocol~1protocolVersion")
                                .asString())
                        .isEqualTo("2026-07-28"));
        assertThat(session.pendingRequests()).isZero();
        peer.verify();
    }

    @Test
    void promptRequestIsRepeatedWithInput() {
        peer.expect("prompts/get")
                .reply(required("{\"r\":" + ASK_ROOTS + "}", null))
                .expect("prompts/get")
                .reply("{'resultType':'complete','description':'d','messages':[]}");
        McpSession session = opened(handlers);
        StepVerifier.create(session.getPrompt("p", Map.of("k", "v")))
                .assertNext(result -> assertThat(result.description()).isEqualTo("d"))
                .verifyComplete();
        assertThat(params("prompts/get"))
                .containsExactly(
                        "{\"name\":\"p\",\"arguments\":{\"k\":\"v\"}}",
                        "{\"name\":\"p\",\"arguments\":{\"k\":\"v\"},\"inputResponses\":{\"r\":{\"roots\":"
                                + "[{\"uri\":\"file:///w\",\"name\":\"w\"}]}}}");
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void resourceReadIsRepeatedWithInput() {
        peer.expect("resources/read")
                .reply(required("{\"m\":" + ASK_MODEL + "}", "s1"))
                .expect("resources/read")
                .reply("{'resultType':'complete','contents':[{'uri':'file:///a','text':'hi'}]}");
        McpSession session = opened(handlers);
        StepVerifier.create(session.readResource("file:///a"))
                .assertNext(result -> assertThat(result.text()).isEqualTo("hi"))
                .verifyComplete();
        assertThat(params("resources/read"))
                .containsExactly(
                        "{\"uri\":\"file:///a\"}",
                        "{\"uri\":\"file:///a\",\"inputResponses\":{\"m\":{\"role\":\"assistant\",\"content\":"
                                + "{\"type\":\"text\",\"text\":\"capital? Paris\"},\"model\":\"m\","
                                + "\"stopReason\":\"endTurn\"}},\"requestState\":\"s1\"}");
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void resultOfLaterRoundIsNotCached() {
        String read = "{\"resultType\":\"complete\",\"contents\":[],\"ttlMs\":60000,\"cacheScope\":\"public\"}";
        peer.expect("resources/read")
                .reply(required("{\"m\":" + ASK_MODEL + "}", null))
                .expect("resources/read")
                .reply(read)
                .expect("resources/read")
                .reply(read);
        McpSession session = opened(handlers);
        session.readResource("file:///a").block();
        session.readResource("file:///a").block();
        session.readResource("file:///a").block();
        peer.verify();
        assertThat(params("resources/read")).hasSize(3);
    }

    // several rounds

    @ParameterizedTest
    @MethodSource("requests")
    void requestTakesAsManyRoundsAsNeeded(Request request) {
        peer.expect(request.method())
                .reply(required("{\"a\":" + ASK_NAME + "}", "one"))
                .expect(request.method())
                .reply(required("{\"b\":" + ASK_ROOTS + "}", null))
                .expect(request.method())
                .reply(required(null, "three"))
                .expect(request.method())
                .reply(request.result());
        McpSession session = opened(handlers);
        StepVerifier.create(request.ask(session)).expectNextCount(1).verifyComplete();
        List<String> rounds = params(request.method());
        String name = "\"a\":{\"action\":\"accept\",\"content\":{\"name\":\"octocat\"}}";
        String roots = "\"b\":{\"roots\":[{\"uri\":\"file:///w\",\"name\":\"w\"}]}";
        String start = rounds.get(0).substring(0, rounds.get(0).length() - 1);
        assertThat(rounds)
                .as("each answers the round before it only")
                .containsExactly(
                        start + "}",
                        start + ",\"inputResponses\":{" + name + "},\"requestState\":\"one\"}",
                        start + ",\"inputResponses\":{" + roots + "}}",
                        start + ",\"requestState\":\"three\"}");
        assertThat(session.pendingRequests()).isZero();
        peer.verify();
    }

    static List<Request> requests() {
        return List.of(
                new Request("tools/call", DONE) {
                    @Override
                    Mono<?> ask(McpSession session) {
                        return session.callTool("t", Map.of("a", 1));
                    }
                },
                new Request("prompts/get", "{\"resultType\":\"complete\",\"messages\":[]}") {
                    @Override
                    Mono<?> ask(McpSession session) {
                        return session.getPrompt("p", Map.of());
                    }
                },
                new Request("resources/read", "{\"resultType\":\"complete\",\"contents\":[]}") {
                    @Override
                    Mono<?> ask(McpSession session) {
                        return session.readResource("file:///a");
                    }
                });
    }

    /** A request that may take several rounds. */
    abstract static class Request {
        private final String method;
        private final String result;

        Request(String method, String result) {
            this.method = method;
            this.result = result;
        }

        abstract Mono<?> ask(McpSession session);

        String method() {
            return method;
        }

        String result() {
            return result;
        }

        @Override
        public String toString() {
            return method;
        }
    }

    // the state of the server

    @ParameterizedTest
    @MethodSource("states")
    void stateIsReturnedUnchanged(String state) {
        peer.expect("tools/call")
                .reply(required(null, state))
                .expect("tools/call")
                .reply(DONE);
        opened(handlers).callTool("t", null).block();
        JsonNode retry = peer.received().get(2).path("params");
        assertThat(retry.path("requestState").stringValue()).isEqualTo(state);
        assertThat(retry.has("inputResponses")).isFalse();
    }

    static List<String> states() {
        return List.of(
                "",
                " ",
                "a\"b\\c/d\n\t\u0000\u2028",
                "Grüße, 世界, \uD83E\uDD80, e\u0301",
                "{\"json\":[1,2]}",
                "123",
                "null",
                "x".repeat(2_000_000));
    }

    @Test
    void missingStateStaysMissing() {
        peer.expect("tools/call")
                .reply("{\"resultType\":\"input_required\",\"requestState\":null,\"inputRequests\":{\"a\":" + ASK_NAME
                        + "}}")
                .expect("tools/call")
                .reply(DONE);
        opened(handlers).callTool("t", null).block();
        assertThat(peer.received().get(2).path("params").has("requestState")).isFalse();
    }

    // several requests for input

    @Test
    void inputRequestsAreAnsweredConcurrentlyInOrder() {
        peer.expect("tools/call")
                .reply(required("{\"z\":" + ASK_NAME + ",\"a\":" + ASK_MODEL + ",\"m\":" + ASK_ROOTS + "}", null))
                .expect("tools/call")
                .reply(DONE);
        // each waits for the next one, so they end in reverse order, and sequential execution would never end
        Sinks.Empty<Void> modelDone = Sinks.empty();
        Sinks.Empty<Void> rootsDone = Sinks.empty();
        List<String> ended = new ArrayList<>();
        ClientHandlers waiting = ClientHandlers.builder()
                .elicitation(question -> modelDone.asMono().then(Mono.fromSupplier(() -> {
                    ended.add("form");
                    return Elicitation.ElicitResult.decline();
                })))
                .sampling(question -> rootsDone.asMono().then(Mono.fromSupplier(() -> {
                    ended.add("model");
                    modelDone.tryEmitEmpty();
                    return Sampling.CreateMessageResult.text("m", "x");
                })))
                .roots(server -> Mono.fromSupplier(() -> {
                    ended.add("roots");
                    rootsDone.tryEmitEmpty();
                    return List.<Roots.Root>of();
                }))
                .build();
        TestSubscriber<Object> call = TestSubscriber.create();
        opened(waiting).callTool("t", null).subscribe(call);
        assertThat(call.isTerminatedComplete()).isTrue();
        assertThat(ended.get(0)).isEqualTo("roots");
        assertThat(ended).containsExactlyInAnyOrder("roots", "model", "form");
        assertThat(peer.received().get(2).at("/params/inputResponses").propertyNames())
                .containsExactly("z", "a", "m");
    }

    @Test
    void concurrentHandlersAreLimited() {
        peer.expect("tools/call")
                .reply(required("{\"a\":" + ASK_NAME + ",\"b\":" + ASK_NAME + ",\"c\":" + ASK_NAME + "}", null))
                .expect("tools/call")
                .reply(DONE);
        Deque<Sinks.One<Elicitation.ElicitResult>> people = new ArrayDeque<>();
        ClientHandlers waiting = ClientHandlers.builder()
                .elicitation(question -> {
                    people.add(Sinks.one());
                    return people.getLast().asMono();
                })
                .build();
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .handlers(waiting)
                        .maxConcurrentHandlers(2)
                        .build());
        session.open().block();
        TestSubscriber<Object> call = TestSubscriber.create();
        session.callTool("t", null).subscribe(call);
        assertThat(people).hasSize(2);
        people.remove().tryEmitValue(Elicitation.ElicitResult.decline());
        assertThat(people).hasSize(2);
        people.forEach(person -> person.tryEmitValue(Elicitation.ElicitResult.decline()));
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @Test
    void emptyInputRequestsGetEmptyResponses() {
        peer.expect("tools/call")
                .reply(required("{}", "s"))
                .expect("tools/call")
                .reply(DONE);
        opened(handlers).callTool("t", null).block();
        assertThat(asked).isEmpty();
        assertThat(params("tools/call").get(1)).endsWith(",\"inputResponses\":{},\"requestState\":\"s\"}");
    }

    // signals

    @Test
    void signalsCoverProgressOfAllRoundsAndOneResult() {
        peer.expect("tools/call", m -> m.at("/params/_meta/progressToken").equals(m.path("id")))
                .notify("notifications/progress", "{'progressToken':$token,'progress':1}")
                .reply(required("{\"a\":" + ASK_NAME + "}", "s"))
                .expect("tools/call", m -> m.at("/params/_meta/progressToken").equals(m.path("id")))
                // the first round has ended, and its progress token is invalid
                .notify("notifications/progress", "{'progressToken':2,'progress':99}")
                .notify("notifications/progress", "{'progressToken':$token,'progress':2}")
                .reply(required(null, "s"))
                .expect("tools/call", m -> m.at("/params/_meta/progressToken").equals(m.path("id")))
                .notify("notifications/progress", "{'progressToken':$token,'progress':3}")
                .reply(DONE);
        McpSession session = opened(handlers);
        StepVerifier.create(session.streamTool("t", null, RequestOptions.defaults()))
                .expectNext(new ToolSignal.Progress(1, null, null))
                .expectNext(new ToolSignal.Progress(2, null, null))
                .expectNext(new ToolSignal.Progress(3, null, null))
                .assertNext(last -> assertThat(last)
                        .isInstanceOfSatisfying(
                                ToolSignal.Result.class,
                                result -> assertThat(result.result().text()).isEqualTo("done")))
                .verifyComplete();
        assertThat(session.pendingRequests()).isZero();
        peer.verify();
    }
}
