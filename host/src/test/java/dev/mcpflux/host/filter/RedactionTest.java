package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Tasks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** What is replaced in both directions, and what stays. */
class RedactionTest {

    private static final Redaction ADA = Redaction.builder()
            .literals(List.of("Ada", "say \"hi\""))
            .patterns(List.of("\\d{3}-\\d{4}"))
            .replacement("#")
            .build();

    private final FakeNext next = new FakeNext();

    private HostCall sent(Redaction redaction, HostCall call) {
        next.calls.clear();
        redaction.filter().filter(call, next).blockLast();
        return next.calls.get(0);
    }

    private HostSignal received(HostSignal signal) {
        next.server = call -> Flux.just(signal);
        return ADA.filter().filter(FakeNext.call(), next).blockLast();
    }

    private static String apply(Redaction redaction, String text) {
        HostFilter filter = redaction.filter();
        FakeNext next = new FakeNext();
        next.server = call -> Flux.just(FakeNext.text(text));
        return FakeNext.result(filter.filter(FakeNext.call(), next).blockLast()).text();
    }

    @Test
    void argumentsAreRedactedButNotTheirNames() {
        HostCall.CallTool call = (HostCall.CallTool) sent(
                ADA,
                FakeNext.call(Map.of("Ada", List.of("to Ada", Map.of("phone", "call 555-1234", "number", 5551234)))));
        assertThat(call.arguments()).isEqualTo(FakeNext.json("{'Ada':['to #',{'phone':'call #','number':5551234}]}"));
        assertThat(call.tool()).isEqualTo("write");
        assertThat(((HostCall.CallTool) sent(ADA, FakeNext.call(null))).arguments())
                .isNull();
        assertThat(((HostCall.GetPrompt) sent(ADA, FakeNext.prompt())).arguments())
                .isEqualTo(Map.of("name", "#"));
        assertThat(sent(
                        ADA,
                        new HostCall.Complete(
                                "s",
                                Completions.CompletionReference.prompt("Ada"),
                                "Ada",
                                "Ada L",
                                Map.of("a", "Ada"))))
                .isEqualTo(new HostCall.Complete(
                        "s", Completions.CompletionReference.prompt("Ada"), "Ada", "# L", Map.of("a", "#")));
        assertThat(sent(ADA, FakeNext.read("file:///Ada"))).isEqualTo(FakeNext.read("file:///Ada"));
    }

    @Test
    void argumentsAreCopied() {
        Map<String, Object> mine = new HashMap<>(Map.of("a", "x"));
        HostCall.CallTool call = (HostCall.CallTool) sent(ADA, FakeNext.call(mine));
        mine.put("a", "Ada");
        assertThat(call.arguments()).isEqualTo(FakeNext.json("{'a':'x'}"));
    }

    @Test
    void contentIsRedacted() {
        Content.ResourceContents file =
                new Content.ResourceContents("file:///Ada", "text/plain", "of Ada", null, FakeNext.json("{'a':'Ada'}"));
        Content.ResourceLink link =
                new Content.ResourceLink("file:///Ada", "Ada", "of Ada", "for Ada", null, null, null, null, null);
        Content.Image image = new Content.Image("AdaA", "image/png", null, null);
        CallToolResult result = FakeNext.result(received(new HostSignal.ToolResult(new CallToolResult(
                List.of(
                        new Content.Text("Ada, 555-1234", null, FakeNext.json("{'a':'Ada'}")),
                        new Content.EmbeddedResource(file, null, null),
                        link,
                        image,
                        new Content.ToolUse("1", "Ada", FakeNext.json("{'a':'Ada'}"), null),
                        new Content.ToolResult("1", List.of(new Content.Text("Ada")), null, null, null),
                        new Content.Other("new", Map.of("a", FakeNext.json("'Ada'")))),
                FakeNext.json("{'Ada':['Ada',7]}"),
                null,
                FakeNext.json("{'m':'Ada'}"),
                Map.of("o", FakeNext.json("'Ada'"))))));
        assertThat(result.content())
                .containsExactly(
                        new Content.Text("#, #", null, FakeNext.json("{'a':'#'}")),
                        new Content.EmbeddedResource(
                                new Content.ResourceContents(
                                        "file:///Ada", "text/plain", "of #", null, FakeNext.json("{'a':'#'}")),
                                null,
                                null),
                        new Content.ResourceLink("file:///Ada", "Ada", "of #", "for #", null, null, null, null, null),
                        image,
                        new Content.ToolUse("1", "Ada", FakeNext.json("{'a':'#'}"), null),
                        new Content.ToolResult("1", List.of(new Content.Text("#")), null, null, null),
                        new Content.Other("new", Map.of("a", FakeNext.json("'#'"))));
        assertThat(result.structuredContent()).isEqualTo(FakeNext.json("{'Ada':['#',7]}"));
        assertThat(result.meta()).isEqualTo(FakeNext.json("{'m':'#'}"));
        assertThat(result.others()).isEqualTo(Map.of("o", FakeNext.json("'#'")));
    }

    @Test
    void otherResultsAreRedacted() {
        assertThat(received(new HostSignal.PromptResult(new Prompts.GetPromptResult(
                        "for Ada", List.of(new Prompts.PromptMessage(Role.USER, new Content.Text("Ada"))), null))))
                .isEqualTo(new HostSignal.PromptResult(new Prompts.GetPromptResult(
                        "for #", List.of(new Prompts.PromptMessage(Role.USER, new Content.Text("#"))), null)));
        assertThat(received(new HostSignal.ResourceResult(new Resources.ReadResourceResult(
                        List.of(new Content.ResourceContents("a:Ada", null, "Ada", null, null)), null, null, null))))
                .isEqualTo(new HostSignal.ResourceResult(new Resources.ReadResourceResult(
                        List.of(new Content.ResourceContents("a:Ada", null, "#", null, null)), null, null, null)));
        assertThat(received(
                        new HostSignal.CompletionResult(new Completions.Completion(List.of("Ada", "Bob"), 2, false))))
                .isEqualTo(new HostSignal.CompletionResult(new Completions.Completion(List.of("#", "Bob"), 2, false)));
    }

    @Test
    void noticesAreRedacted() {
        assertThat(received(new HostSignal.Notice(new ToolSignal.Progress(1, 2.0, "at Ada"))))
                .isEqualTo(new HostSignal.Notice(new ToolSignal.Progress(1, 2.0, "at #")));
        assertThat(received(new HostSignal.Notice(
                        new ToolSignal.Log(new LogMessage("info", "Ada", FakeNext.json("['Ada']"))))))
                .isEqualTo(new HostSignal.Notice(
                        new ToolSignal.Log(new LogMessage("info", "Ada", FakeNext.json("['#']")))));
        assertThat(received(task("Ada", "{'x':'Ada'}", "Ada"))).isEqualTo(task("#", "{'x':'#'}", "#"));
    }

    private static HostSignal task(String status, String result, String error) {
        return new HostSignal.Notice(new ToolSignal.TaskStatus(new Tasks.Task(
                "Ada",
                Tasks.Status.WORKING,
                status,
                null,
                null,
                null,
                null,
                null,
                FakeNext.json(result),
                new JsonRpcError(1, error, null),
                null,
                null)));
    }

    @Test
    void literalsAreFoundWithinJson() {
        assertThat(apply(ADA, "he would say \"hi\" or {\"a\":\"say \\\"hi\\\"\"}"))
                .isEqualTo("he would # or {\"a\":\"#\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AKIAABCDEFGHIJKLMNOP",
                "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                "github_pat_abcdefghijklmnopqrstuv",
                "glpat-abcdefghijklmnopqrst",
                "AIzaabcdefghijklmnopqrstuvwxyz012345678",
                "xoxb-1234567890-abc",
                "sk_live_abcdefghijklmnop",
                "sk-ant-abcdefghijklmnopqrst",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
                "Bearer abcdefghijklmnop==",
                "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: x\nMIIE+/==\n-----END RSA PRIVATE KEY-----"
            })
    void credentialsAreDetected(String credential) {
        assertThat(apply(Redaction.defaults(), "key: " + credential + "\nend")).isEqualTo("key: [redacted]\nend");
        Redaction without = Redaction.builder().credentials(false).build();
        assertThat(apply(without, credential)).isEqualTo(credential);
    }

    @Test
    void ordinaryTextStays() {
        String text = "The bearer of bad news wrote sk-learn, AKIA and -----BEGIN CERTIFICATE-----";
        assertThat(apply(Redaction.defaults(), text)).isEqualTo(text);
    }

    @Test
    void matchesAcrossPartsAreFound() {
        Redaction digits =
                Redaction.builder().patterns(List.of("x\\d+y")).replacement("#").build();
        for (int before : new int[] {Redactor.WINDOW - 20, Redactor.WINDOW - 1, 3 * Redactor.WINDOW - 7}) {
            String text = "a".repeat(before) + "x" + "1".repeat(500) + "y" + "b".repeat(Redactor.WINDOW) + "x1y";
            assertThat(apply(digits, text)).isEqualTo("a".repeat(before) + "#" + "b".repeat(Redactor.WINDOW) + "#");
        }
    }

    @Test
    void matchThatEndsWithAPartIsNotCut() {
        Redaction words =
                Redaction.builder().patterns(List.of("x+")).replacement("#").build();
        String text = "a".repeat(Redactor.WINDOW - 10) + "x".repeat(100) + "b";
        assertThat(apply(words, text)).isEqualTo("a".repeat(Redactor.WINDOW - 10) + "#b");
    }

    @Test
    void emptyMatchesAreIgnored() {
        assertThat(apply(
                        Redaction.builder()
                                .patterns(List.of("z*"))
                                .replacement("#")
                                .build(),
                        "azzb"))
                .isEqualTo("a#b");
    }

    @Test
    void patternThatNeedsTooMuchStackPassesNothingOn() {
        Redaction deep = Redaction.builder().patterns(List.of("(a|b)*c")).build();
        next.server = call -> Flux.just(FakeNext.text("ab".repeat(Redactor.WINDOW)));
        StepVerifier.create(deep.filter().filter(FakeNext.call(), next))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("needs too much stack"));
    }

    @Test
    void directionsCanBeSwitchedOff() {
        next.server = call -> Flux.just(FakeNext.text("Ada"));
        HostFilter outgoing = ADA.mutate().results(false).build().filter();
        assertThat(outgoing.filter(FakeNext.call("Ada"), next).blockLast()).isEqualTo(FakeNext.text("Ada"));
        HostFilter incoming = ADA.mutate().arguments(false).build().filter();
        Object same = Map.of("a", "Ada");
        assertThat(incoming.filter(FakeNext.call(same), next).blockLast()).isEqualTo(FakeNext.text("#"));
        assertThat(((HostCall.CallTool) next.calls.get(1)).arguments()).isSameAs(same);
    }

    @Test
    void wrongOptionsAreRefusedAndSecretsAreNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Redaction.builder().patterns(List.of("(")).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Redaction.builder().literals(List.of("")).build());
        assertThat(ADA.toString()).doesNotContain("Ada").contains("literals=2");
    }

    @Test
    void cancellationReachesTheServer() {
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        ADA.filter().filter(FakeNext.call(), next).subscribe().dispose();
        server.assertCancelled();
    }
}
