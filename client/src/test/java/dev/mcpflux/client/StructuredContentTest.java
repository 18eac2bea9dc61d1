package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.validation.SchemaValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.core.type.TypeReference;

/** Structured content, bound to types and checked against schemas (specification: server/tools). */
class StructuredContentTest {

    private static final RequestOptions CHECKED =
            RequestOptions.builder().validateArguments(true).build();
    private static final String TOOLS = "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"in\":1},"
            + "\"outputSchema\":{\"out\":1}},{\"name\":\"plain\",\"inputSchema\":{\"in\":2}}]}";
    private static final String WARM = "{'content':[],'structuredContent':{'degrees':21}}";
    private static final String PLAIN = "{'content':[{'type':'text','text':'x'}]}";

    private final ScriptedPeer peer = ScriptedPeer.named("s").handshake();
    private final List<String> checked = new ArrayList<>();

    private record Weather(int degrees) {}

    private McpSession opened(SchemaValidator schemas) {
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().schemas(schemas).build());
        session.open().block();
        return session;
    }

    /** A validator that reports these problems, and records its arguments. */
    private SchemaValidator finding(String... problems) {
        return (schema, value) -> Mono.fromSupplier(() -> {
            checked.add(schema + " " + value);
            return List.of(problems);
        });
    }

    private static void fits(Mono<CallToolResult> call) {
        StepVerifier.create(call).expectNextCount(1).verifyComplete();
    }

    private static void fitsNot(Mono<?> call, boolean withResult) {
        StepVerifier.create(call)
                .verifyErrorSatisfies(e -> assertThat(e).isInstanceOfSatisfying(McpValidationException.class, v -> {
                    assertThat(v.problems()).isNotEmpty();
                    assertThat(v.result() != null).isEqualTo(withResult);
                    assertThat(v.server()).isEqualTo("s");
                }));
    }

    // binding to a type

    @Test
    void structuredContentIsBoundToType() {
        peer.expect("tools/call").reply(WARM).expect("tools/call").reply("{'content':[],'structuredContent':[1,2]}");
        McpSession session = opened(null);
        StepVerifier.create(session.callToolAs("t", null, Weather.class))
                .expectNext(new Weather(21))
                .verifyComplete();
        // any JSON value since 2026-07-28
        StepVerifier.create(session.callToolAs("t", null, int[].class))
                .assertNext(numbers -> assertThat(numbers).containsExactly(1, 2))
                .verifyComplete();
        peer.verify();
    }

    @Test
    void structuredContentIsBoundToAGenericType() {
        peer.expect("tools/call")
                .reply("{'content':[],'structuredContent':[{'degrees':21}]}".replace('\'', '"'))
                .expect("tools/call")
                .reply("{'content':[],'structuredContent':7}".replace('\'', '"'));
        McpSession session = opened(null);
        TypeReference<List<Weather>> type = new TypeReference<>() {};
        StepVerifier.create(session.callToolAs("t", null, type, RequestOptions.defaults()))
                .expectNext(List.of(new Weather(21)))
                .verifyComplete();
        StepVerifier.create(session.callToolAs("t", null, type))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpToolErrorException.class)
                        .hasMessageContaining("structured content that is not a java.util.List<")
                        .hasMessageNotContaining("7"));
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":[{\"type\":\"text\",\"text\":\"secret\"}],\"isError\":true,"
                        + "\"structuredContent\":{\"degrees\":1}}|reported an error: secret",
                "{\"content\":[{\"type\":\"text\",\"text\":\"secret\"}]}|gave no structured content",
                "{\"content\":[],\"structuredContent\":{\"degrees\":\"secret\"}}|"
                        + "gave structured content that is not a Weather",
                "{\"content\":[],\"structuredContent\":7}|gave structured content that is not a Weather"
            })
    void unboundResultIsErrorWithResult(String resultAndMessage) {
        String[] both = resultAndMessage.split("\\|");
        peer.expect("tools/call").reply(both[0]);
        StepVerifier.create(opened(null).callToolAs("t", null, Weather.class))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpToolErrorException.class,
                                t -> assertThat(t.result()).isNotNull())
                        .hasMessage("server 's': tool 't' " + both[1]));
    }

    // results

    @Test
    void resultIsValidatedAgainstOutputSchema() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(WARM);
        McpSession session = opened(finding());
        session.listTools().blockLast();
        fits(session.callTool("t", null));
        assertThat(checked).containsExactly("{\"out\":1} {\"degrees\":21}");
        peer.verify();
    }

    @Test
    void invalidResultIsErrorWithResult() {
        peer.expect("tools/list")
                .reply(TOOLS)
                .expect("tools/call")
                .reply(WARM)
                .expect("tools/call")
                .reply(WARM);
        McpSession session = opened(finding("/degrees: too warm", "/: too small"));
        session.listTools().blockLast();
        fitsNot(session.callTool("t", null), true);
        StepVerifier.create(session.streamTool("t", null))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpValidationException.class)
                        .hasMessage("server 's': the result of tool 't' does not fit its output schema: "
                                + "/degrees: too warm; /: too small"));
    }

    @Test
    void missingStructuredContentIsInvalid() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(PLAIN);
        McpSession session = opened(finding());
        session.listTools().blockLast();
        fitsNot(session.callTool("t", null), true);
        assertThat(checked).isEmpty();
    }

    @Test
    void toolErrorsAndToolsWithoutSchemaAreNotValidated() {
        peer.expect("tools/list")
                .reply(TOOLS)
                .expect("tools/call")
                .reply(WARM)
                .expect("tools/call")
                .reply(PLAIN)
                .expect("tools/call")
                .reply("{'content':[],'isError':true}");
        McpSession session = opened(finding("never"));
        session.listTools().blockLast();
        fits(session.callTool("plain", null));
        fits(session.callTool("plain", null));
        fits(session.callTool("t", null));
        assertThat(checked).isEmpty();
        peer.verify();
    }

    @Test
    void unknownToolWithStructuredContentIsReadOnce() {
        peer.expect("tools/call").reply(PLAIN);
        peer.expect("tools/call").reply(WARM).expect("tools/list").reply(TOOLS);
        peer.expect("tools/call").reply(WARM);
        peer.expect("tools/call").reply(WARM);
        McpSession session = opened(finding());
        fits(session.callTool("unlisted", null));
        fits(session.callTool("t", null));
        fits(session.callTool("t", null));
        fits(session.callTool("unlisted", null));
        assertThat(checked).hasSize(2);
        peer.verify();
    }

    @Test
    void changedListIsReadAgain() {
        peer.expect("tools/list")
                .reply(TOOLS)
                .expect("tools/call")
                .notify("notifications/tools/list_changed", "{}")
                .reply(WARM)
                .expect("tools/list")
                .reply(TOOLS.replace("\"out\":1", "\"out\":2"));
        McpSession session = opened(finding());
        session.listTools().blockLast();
        fits(session.callTool("t", null));
        assertThat(checked).containsExactly("{\"out\":2} {\"degrees\":21}");
        peer.verify();
    }

    @Test
    void listChangedWhileReadIsIncomplete() {
        peer.expect("tools/list")
                .reply(TOOLS.replace("]}", "],\"nextCursor\":\"2\"}"))
                .expect("tools/list")
                .notify("notifications/tools/list_changed", "{}")
                .reply("{'tools':[]}")
                .expect("tools/call")
                .reply(PLAIN)
                .expect("tools/list")
                .reply(TOOLS);
        McpSession session = opened(finding("wrong"));
        // the list is out of date, so the schema of the arguments is unknown
        fits(session.callTool("t", null, CHECKED));
        fitsNot(session.callTool("t", null, CHECKED), false);
        peer.verify();
    }

    @Test
    void failingValidatorFailsCall() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(WARM);
        McpSession session = opened(
                (schema, value) -> Mono.error(new SchemaValidator.UnusableSchemaException("refers to the network")));
        session.listTools().blockLast();
        StepVerifier.create(session.callTool("t", null))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpValidationException.class)
                        .hasMessage("server 's': the output schema of tool 't': refers to the network"));
    }

    @Test
    void unreadableListFailsCallThatNeedsIt() {
        peer.expect("tools/list").replyError(-32603, "no");
        StepVerifier.create(opened(finding()).callTool("t", null, CHECKED)).verifyError(McpPeerErrorException.class);
        assertThat(peer.receivedMethods()).doesNotContain("tools/call");
    }

    @Test
    void nothingIsValidatedWithoutValidator() {
        peer.expect("tools/call").reply(WARM).expect("tools/call").reply(WARM);
        McpSession session = opened(null);
        fits(session.callTool("t", null));
        fits(session.callTool("t", null, CHECKED));
        peer.verify();
    }

    // arguments

    @Test
    void argumentsAreValidatedBeforeSendingOnDemand() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(PLAIN);
        McpSession session = opened(finding());
        fits(session.callTool("plain", Map.of("a", 1), CHECKED));
        assertThat(checked).containsExactly("{\"in\":2} {\"a\":1}");
        peer.verify();
    }

    @Test
    void missingArgumentsAreAnEmptyObject() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(PLAIN);
        fits(opened(finding()).callTool("plain", null, CHECKED));
        assertThat(checked).containsExactly("{\"in\":2} {}");
    }

    @Test
    void invalidArgumentsAreNotSent() {
        peer.expect("tools/list").reply(TOOLS);
        McpSession session = opened(finding("/a: wrong"));
        fitsNot(session.callTool("t", Map.of("a", "secret"), CHECKED), false);
        StepVerifier.create(session.streamTool("t", Map.of("a", "secret"), CHECKED))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpValidationException.class)
                        .hasMessage("server 's': the arguments of tool 't': /a: wrong"));
        assertThat(peer.receivedMethods()).doesNotContain("tools/call").containsOnlyOnce("tools/list");
    }

    @Test
    void argumentsOfUnlistedToolAreNotValidated() {
        peer.expect("tools/list").reply(TOOLS).expect("tools/call").reply(PLAIN);
        StepVerifier.create(opened(finding("wrong")).streamTool("unlisted", Map.of(), CHECKED))
                .expectNextMatches(signal -> signal instanceof ToolSignal.Result)
                .verifyComplete();
        peer.verify();
    }
}
