package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.testing.ScriptedPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** Requests of legacy servers and their answers (2025-11-25: client/elicitation, sampling, roots). */
class ServerQuestionsTest {

    private static final ClientHandlers ACCEPTS = ClientHandlers.builder()
            .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept()))
            .build();
    private static final String FORM = "{'message':'?','requestedSchema':{'type':'object','properties':{"
            + "'name':{'type':'string','default':'Ann'},"
            + "'mail':{'type':'string','format':'email','default':'a@b.c'},"
            + "'age':{'type':'integer','default':30},"
            + "'ratio':{'type':'number','default':0.5},"
            + "'yes':{'type':'boolean','default':false},"
            + "'plain':{'type':'string','enum':['Red','Green'],'default':'Red'},"
            + "'titled':{'type':'string','oneOf':[{'const':'#F00','title':'Red'}],'default':'#F00'},"
            + "'many':{'type':'array','items':{'type':'string','enum':['Red','Green']},"
            + "'default':['Red','Green']},"
            + "'manyTitled':{'type':'array','items':{'anyOf':[{'const':'#F00','title':'Red'}]},"
            + "'default':['#F00']},"
            + "'old':{'type':'string','enum':['r','g'],'enumNames':['Red','Green'],'default':'g'},"
            + "'none':{'type':'string'},"
            + "'nothing':{'type':'string','default':null}}}}";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened(ClientHandlers handlers) {
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .handlers(handlers)
                        .era(EraPolicy.LEGACY)
                        .build());
        session.open().block();
        return session;
    }

    /** The answer of the client to this request, which arrives right after the session has begun. */
    private JsonNode answer(ClientHandlers handlers, String method, String params) {
        peer.handshake().request("7", method, params).expectResponse("7");
        opened(handlers);
        peer.verify();
        return peer.received().get(2);
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private static void refused(JsonNode answer, int code, String message) {
        assertThat(answer.at("/error/code").asInt()).isEqualTo(code);
        assertThat(answer.at("/error/message").asString()).isEqualTo(message);
        assertThat(answer.has("result")).isFalse();
    }

    // elicitation

    @Test
    void missingFormFieldsGetSchemaDefaults() {
        assertThat(answer(ACCEPTS, "elicitation/create", FORM).path("result"))
                .isEqualTo(json("{'action':'accept','content':{'name':'Ann','mail':'a@b.c','age':30,"
                        + "'ratio':0.5,'yes':false,'plain':'Red','titled':'#F00',"
                        + "'many':['Red','Green'],'manyTitled':['#F00'],'old':'g'}}"));
    }

    @Test
    void userValuesOverrideDefaults() {
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept(
                        Map.of("name", "Bea", "age", 7, "yes", true, "many", List.of(), "old", "r", "none", "some"))))
                .build();
        assertThat(answer(handlers, "elicitation/create", FORM).at("/result/content"))
                .isEqualTo(json("{'name':'Bea','mail':'a@b.c','age':7,'ratio':0.5,'yes':true,"
                        + "'plain':'Red','titled':'#F00','many':[],'manyTitled':['#F00'],"
                        + "'old':'r','none':'some'}"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DECLINE", "CANCEL"})
    void declineHasNoContent(Elicitation.ElicitAction action) {
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(
                        question -> Mono.just(new Elicitation.ElicitResult(action, Map.of("name", "typed already"))))
                .build();
        assertThat(answer(handlers, "elicitation/create", FORM).path("result"))
                .isEqualTo(json("{\"action\":\"" + action + "\"}"));
    }

    @Test
    void emptyAnswerIsCancel() {
        ClientHandlers handlers =
                ClientHandlers.builder().elicitation(question -> Mono.empty()).build();
        assertThat(answer(handlers, "elicitation/create", FORM).path("result")).isEqualTo(json("{'action':'cancel'}"));
    }

    @Test
    void handlerReceivesServerAndParams() {
        List<ClientHandlers.Question<Elicitation.ElicitParams>> asked = new ArrayList<>();
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> {
                    asked.add(question);
                    return Mono.just(Elicitation.ElicitResult.decline());
                })
                .build();
        answer(
                handlers,
                "elicitation/create",
                "{'mode':'form','message':'m','requestedSchema':{'type':'object'},'_meta':{'k':1}}");
        assertThat(asked).singleElement().satisfies(question -> {
            assertThat(question.server()).isEqualTo("s");
            assertThat(question.params().message()).isEqualTo("m");
            assertThat(question.params().requestedSchema()).isEqualTo(json("{'type':'object'}"));
            assertThat(question.params().meta()).isEqualTo(json("{'k':1}"));
        });
    }

    @Test
    void urlElicitationHasItsOwnHandler() {
        List<Elicitation.ElicitParams> asked = new ArrayList<>();
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.error(new AssertionError("no form was sent")))
                .urlElicitation(question -> {
                    asked.add(question.params());
                    return Mono.just(Elicitation.ElicitResult.accept(Map.of("ignored", 1)));
                })
                .build();
        JsonNode answer = answer(
                handlers,
                "elicitation/create",
                "{'mode':'url','message':'key','url':'https://x.test/k','elicitationId':'e-1'}");
        assertThat(answer.path("result")).as("the values go elsewhere").isEqualTo(json("{'action':'accept'}"));
        assertThat(asked).singleElement().satisfies(params -> {
            assertThat(params.url()).isEqualTo("https://x.test/k");
            assertThat(params.elicitationId()).isEqualTo("e-1");
        });
    }

    @ParameterizedTest
    @MethodSource("undeclaredModes")
    void undeclaredModeIsInvalidParams(String mode, ClientHandlers handlers) {
        refused(
                answer(handlers, "elicitation/create", "{'mode':'" + mode + "','message':'?','url':'u'}"),
                -32602,
                "it asks for elicitation/create in mode " + mode + ", which this client did not declare");
    }

    static Stream<Arguments> undeclaredModes() {
        ClientHandlers url = ClientHandlers.builder()
                .urlElicitation(question -> Mono.just(Elicitation.ElicitResult.accept()))
                .build();
        return Stream.of(Arguments.of("url", ACCEPTS), Arguments.of("form", url), Arguments.of("voice", url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "{\"message\":{\"a\":1}}"})
    void invalidParamsAreRejected(String params) {
        refused(
                answer(ACCEPTS, "elicitation/create", params),
                -32602,
                "the parameters of its elicitation/create make no sense");
    }

    // sampling

    private static final String CONVERSATION = "{'maxTokens':9,'systemPrompt':'p','temperature':0.2,"
            + "'stopSequences':['x'],'includeContext':'none','metadata':{'a':1},"
            + "'modelPreferences':{'hints':[{'name':'claude'}],'costPriority':0.1},"
            + "'tools':[{'name':'w','inputSchema':{'type':'object'}}],'toolChoice':{'mode':'auto'},"
            + "'messages':[{'role':'user','content':{'type':'text','text':'one'}},"
            + "{'role':'assistant','content':[{'type':'text','text':'two'},"
            + "{'type':'tool_use','id':'u','name':'w','input':{'c':1}}]},"
            + "{'role':'user','content':[{'type':'tool_result','toolUseId':'u',"
            + "'content':[{'type':'text','text':'18'}]}]}]}";

    @Test
    void samplingHandlerReceivesMessagesAndTools() {
        List<Sampling.CreateMessageParams> asked = new ArrayList<>();
        ClientHandlers handlers = ClientHandlers.builder()
                .samplingWithTools(question -> {
                    asked.add(question.params());
                    return Mono.just(new Sampling.CreateMessageResult(
                            Role.ASSISTANT,
                            List.of(new Content.Text("it is"), new Content.ToolUse("v", "w", json("{'c':2}"), null)),
                            "m",
                            "toolUse",
                            null));
                })
                .build();
        assertThat(answer(handlers, "sampling/createMessage", CONVERSATION).path("result"))
                .isEqualTo(json("{'role':'assistant','content':[{'type':'text','text':'it is'},"
                        + "{'type':'tool_use','id':'v','name':'w','input':{'c':2}}],"
                        + "'model':'m','stopReason':'toolUse'}"));
        assertThat(asked).singleElement().satisfies(params -> {
            assertThat(params.maxTokens()).isEqualTo(9);
            assertThat(params.tools())
                    .singleElement()
                    .satisfies(tool -> assertThat(tool.name()).isEqualTo("w"));
            assertThat(params.toolChoice()).isEqualTo(new Sampling.ToolChoice("auto"));
            assertThat(params.messages().get(0).content()).containsExactly(new Content.Text("one"));
            assertThat(params.messages().get(1).content())
                    .containsExactly(new Content.Text("two"), new Content.ToolUse("u", "w", json("{'c':1}"), null));
            assertThat(params.messages().get(2).content())
                    .containsExactly(new Content.ToolResult("u", List.of(new Content.Text("18")), null, null, null));
        });
        assertThat(json(McpJson.mapper().writeValueAsString(asked.get(0))).at("/messages/0/content"))
                .as("one block is written as one, which older servers need")
                .isEqualTo(json("{'type':'text','text':'one'}"));
    }

    @Test
    void singleSamplingBlockIsNotAnArray() {
        ClientHandlers handlers = ClientHandlers.builder()
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text("m", "hi")))
                .build();
        assertThat(answer(
                                handlers,
                                "sampling/createMessage",
                                "{'maxTokens':1,'messages':[{'role':'user','content':[]}]}")
                        .path("result"))
                .isEqualTo(json("{'role':'assistant','content':{'type':'text','text':'hi'},"
                        + "'model':'m','stopReason':'endTurn'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'tools':[]", "'tools':[{'name':'w'}]", "'toolChoice':{'mode':'none'}"})
    void undeclaredSamplingToolsAreRejected(String member) {
        ClientHandlers handlers = ClientHandlers.builder()
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text("m", "hi")))
                .build();
        refused(
                answer(handlers, "sampling/createMessage", "{'maxTokens':1,'messages':[]," + member + "}"),
                -32602,
                "it asks for sampling/createMessage with tools, which this client did not declare");
    }

    // roots

    @Test
    void rootsAreListedPerServer() {
        ClientHandlers handlers = ClientHandlers.builder()
                .roots(server -> Mono.just(
                        List.of(Roots.Root.of(Path.of("/w/" + server)), new Roots.Root("file:///b", null, null))))
                .build();
        assertThat(answer(handlers, "roots/list", "{}").path("result"))
                .isEqualTo(json("{'roots':[{'uri':'file:///w/s','name':'s'},{'uri':'file:///b'}]}"));
    }

    @Test
    void missingRootsAreAnEmptyList() {
        ClientHandlers handlers =
                ClientHandlers.builder().roots(server -> Mono.empty()).build();
        assertThat(answer(handlers, "roots/list", "null").path("result")).isEqualTo(json("{'roots':[]}"));
    }

    @Test
    void rootsChangesNotifyServer() {
        Sinks.Many<Integer> changes = Sinks.many().multicast().onBackpressureBuffer();
        ClientHandlers handlers = ClientHandlers.builder()
                .roots(List.of())
                .rootsChanges(changes.asFlux())
                .build();
        peer.handshake().expect("notifications/roots/list_changed").expect("notifications/roots/list_changed");
        McpSession session = opened(handlers);
        changes.tryEmitNext(1);
        changes.tryEmitNext(2);
        peer.verify();
        assertThat(peer.received().get(2).has("id")).isFalse();
        session.close().block();
        assertThat(changes.currentSubscriberCount()).isZero();
    }

    @Test
    void rootsChangesAreSentAfterInitialized() {
        peer.handshake().expect("notifications/roots/list_changed");
        opened(ClientHandlers.builder()
                .roots(List.of())
                .rootsChanges(Flux.just(1).concatWith(Flux.never()))
                .build());
        peer.verify();
    }

    @Test
    void rootsChangesWithoutHandlerAreNotSent() {
        peer.handshake();
        opened(ClientHandlers.builder().rootsChanges(Flux.just(1)).build());
        peer.verify();
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized");
    }

    // errors

    @Test
    void handlerErrorIsSentWithoutItsMessage() {
        ClientHandlers handlers = ClientHandlers.builder()
                .roots(server -> Mono.error(new IllegalStateException("token abc123")))
                .elicitation(question -> {
                    throw new McpProtocolException("another server", "token abc123");
                })
                .sampling(question -> Mono.empty())
                .build();
        peer.handshake()
                .request("1", "roots/list", "{}")
                .expectResponse("1")
                .request("2", "elicitation/create", "{}")
                .expectResponse("2")
                .request("3", "sampling/createMessage", "{}")
                .expectResponse("3");
        opened(handlers);
        peer.verify();
        refused(peer.received().get(2), -32603, "the client could not answer roots/list");
        refused(peer.received().get(3), -32603, "the client could not answer elicitation/create");
        refused(peer.received().get(4), -32603, "the client could not answer sampling/createMessage");
        assertThat(peer.received().toString()).doesNotContain("abc123").doesNotContain("another server");
    }

    @Test
    void unwritableAnswerIsSentAsError() {
        Object unreadable = new Object() {
            @SuppressWarnings("unused")
            public String getValue() {
                throw new IllegalStateException("token abc123");
            }
        };
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept(Map.of("v", unreadable))))
                .build();
        refused(answer(handlers, "elicitation/create", "{}"), -32603, "the client could not answer elicitation/create");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sampling/createMessage", "roots/list", "tools/call", "no/such", "server/discover"})
    void undeclaredMethodIsMethodNotFound(String method) {
        refused(answer(ACCEPTS, method, "{}"), -32601, "this client does not offer " + method);
    }
}
