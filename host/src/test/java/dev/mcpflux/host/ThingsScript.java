package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpResourceNotFoundException;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** One call after the other to the things of {@code integration/servers/things.js}, whoever offers them and however. */
final class ThingsScript {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final String CONTENT = List.of(
                    new Content.Text(
                            "a text", new Content.Annotations(List.of(Role.USER), 0.5, "2026-07-28T00:00:00Z"), null),
                    new Content.Image(PIXEL, "image/png", null, null),
                    new Content.Audio(
                            "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=", "audio/wav", null, null),
                    new Content.ResourceLink("memo://note", "note", null, null, "text/plain", null, null, null, null),
                    new Content.EmbeddedResource(
                            new Content.ResourceContents("memo://page/1", "text/plain", "page 1", null, null),
                            null,
                            null))
            .toString();

    private static final String GREETED = "HELLO ADA (2 roots)";

    private static final List<String> ALL = List.of(
            "echo",
            "add",
            "greet",
            "ask_model",
            "slow",
            "log_something",
            "fail",
            "add_tool",
            "touch",
            "link",
            "echo: hi",
            "Sum[sum=5.0]",
            GREETED,
            "heard: why?",
            "logged",
            "true it failed",
            CONTENT,
            "progress 1.0/3.0 step 1",
            "progress 2.0/3.0 step 2",
            "progress 3.0/3.0 step 3",
            "done in 3 steps",
            "things__haiku",
            "things__review",
            "[PromptMessage[roleText=user, content=Text[text=Write a haiku., annotations=null, meta=null, others={}], others={}]]",
            "[PromptMessage[roleText=user, content=Text[text=Review this python code for flask., annotations=null,"
                    + " meta=null, others={}], others={}]]",
            "memo://note",
            "memo://page/1",
            "memo://page/2",
            "memo://page/3",
            "memo://pixel",
            "memo://page/{number}",
            "page 2",
            PIXEL,
            "[python, pytorch, pyside]",
            "[fastapi, flask]",
            "[1, 2, 3]");

    private ThingsScript() {}

    /** Answers whatever the things ask. */
    static ClientHandlers handlers() {
        return ClientHandlers.builder()
                .elicitation(
                        question -> Mono.just(Elicitation.ElicitResult.accept(Map.of("name", "Ada", "style", "loud"))))
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text(
                        "model", "heard: " + question.params().messages().get(0).text())))
                .roots(List.of(new Roots.Root("file:///one", "one", null), new Roots.Root("file:///two", null, null)))
                .build();
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    static String call(McpHost host, String tool, Map<String, ?> arguments) {
        return value(host.callTool(tool, arguments)).text();
    }

    /** What the calls yield. */
    static List<String> expected(ProtocolRevision revision) {
        return ALL.stream()
                .filter(line -> hasForms(revision) || !line.equals(GREETED))
                .toList();
    }

    /** Whether a server can ask the user. */
    static boolean hasForms(ProtocolRevision revision) {
        return revision.compareTo(ProtocolRevision.V2025_06_18) >= 0;
    }

    /** Makes the calls, to a server that is called things. */
    static List<String> transcript(McpHost host) {
        List<String> transcript = new ArrayList<>();
        tools(host, transcript);
        prompts(host, transcript);
        resources(host, transcript);
        completions(host, transcript);
        Servers.session(host, "things").ping().block(LIMIT);
        assertThatThrownBy(() -> host.readResource("memo://nothing").block(LIMIT))
                .isInstanceOfSatisfying(
                        McpResourceNotFoundException.class,
                        e -> assertThat(e.uri()).isEqualTo("memo://nothing"))
                .hasMessageContaining("server 'things'");
        assertThatThrownBy(() -> host.callTool("things__nope", null).block(LIMIT))
                .isInstanceOf(McpPeerErrorException.class)
                .hasMessageContaining("nope");
        return transcript;
    }

    private static void tools(McpHost host, List<String> transcript) {
        host.tools()
                .map(t -> t.tool().name())
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        transcript.add(call(host, "things__echo", Map.of("text", "hi")));
        transcript.add(value(host.callTool("add", Map.of("a", 2, "b", 3)))
                .structured(Sum.class)
                .toString());
        if (hasForms(
                Objects.requireNonNull(Servers.session(host, "things").peer()).revision())) {
            transcript.add(call(host, "greet", Map.of()));
        }
        transcript.add(call(host, "ask_model", Map.of("prompt", "why?")));
        transcript.add(call(host, "log_something", Map.of()));
        CallToolResult failed = value(host.callTool("fail", null));
        transcript.add(failed.isError() + " " + failed.text());
        transcript.add(value(host.callTool("link", null)).content().toString());
        host.streamTool("slow", Map.of("steps", 3, "delayMs", 1))
                .map(ThingsScript::describe)
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
    }

    record Sum(double sum) {}

    private static String describe(ToolSignal signal) {
        if (signal instanceof ToolSignal.Progress p) {
            return "progress " + p.progress() + "/" + p.total() + " " + p.message();
        }
        return signal instanceof ToolSignal.Result r ? r.result().text() : signal.toString();
    }

    private static void prompts(McpHost host, List<String> transcript) {
        host.prompts()
                .map(CataloguePrompt::name)
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        transcript.add(value(host.getPrompt("haiku", Map.of())).messages().toString());
        transcript.add(value(host.getPrompt("review", Map.of("language", "python", "framework", "flask")))
                .messages()
                .toString());
    }

    private static void resources(McpHost host, List<String> transcript) {
        host.resources()
                .map(r -> r.resource().uri())
                // the Java SDK lists them in no order
                .sort()
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        host.resourceTemplates()
                .map(t -> t.template().uriTemplate())
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        transcript.add(value(host.readResource("memo://page/2")).text());
        transcript.add(String.valueOf(
                value(host.readResource("memo://pixel")).contents().get(0).blob()));
    }

    private static void completions(McpHost host, List<String> transcript) {
        McpSession session = Servers.session(host, "things");
        transcript.add(
                value(session.complete(Completions.CompletionReference.prompt("review"), "language", "py", Map.of()))
                        .values()
                        .toString());
        transcript.add(value(session.complete(
                        Completions.CompletionReference.prompt("review"),
                        "framework",
                        "f",
                        Map.of("language", "python")))
                .values()
                .toString());
        transcript.add(value(session.complete(
                        Completions.CompletionReference.resource("memo://page/{number}"), "number", "", Map.of()))
                .values()
                .toString());
    }
}
