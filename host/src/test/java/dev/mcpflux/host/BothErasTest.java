package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpResourceNotFoundException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.protocol.Subscriptions.Filter;
import dev.mcpflux.session.ClientHandlers;
import dev.mcpflux.session.Era;
import dev.mcpflux.session.EraPolicy;
import dev.mcpflux.session.ListenSignal;
import dev.mcpflux.session.McpSession;
import dev.mcpflux.session.ProtocolRevision;
import dev.mcpflux.session.SessionEvent;
import dev.mcpflux.session.SessionOptions;
import dev.mcpflux.session.ToolSignal;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The same calls to the same things in both eras yield the same: the caller does not see which era answered. */
@Tag("real")
class BothErasTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Set<Long> before = Leftovers.processes();
    private final List<McpHost> opened = new CopyOnWriteArrayList<>();

    /** How the server is spoken to. */
    enum Way {
        MODERN_SERVER(Era.MODERN),
        BOTH_ERAS_SERVER(Era.MODERN),
        BOTH_ERAS_SERVER_LEGACY(Era.LEGACY);

        final Era era;

        Way(Era era) {
            this.era = era;
        }

        StdioTransport transport() {
            return this == MODERN_SERVER ? NodeServers.modern("things") : NodeServers.dual("things");
        }

        EraPolicy policy() {
            return this == BOTH_ERAS_SERVER_LEGACY ? EraPolicy.LEGACY : EraPolicy.AUTO;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        opened.forEach(host -> host.close().block(LIMIT));
        Leftovers.assertNone(before);
    }

    private static HostConfig config(Way way, ClientHandlers handlers) {
        return HostConfig.builder()
                .session(SessionOptions.builder()
                        .era(way.policy())
                        .handlers(handlers)
                        .build())
                .server(way.transport())
                .build();
    }

    private McpHost open(Way way, ClientHandlers handlers) {
        McpHost host = value(McpHost.open(config(way, handlers)));
        opened.add(host);
        return host;
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    private static ClientHandlers all() {
        return ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.Result.accept(Map.of("name", "Ada", "style", "loud"))))
                .sampling(question -> Mono.just(Sampling.Result.text(
                        "model", "heard: " + question.params().messages().get(0).text())))
                .roots(List.of(new Roots.Root("file:///one", "one", null), new Roots.Root("file:///two", null, null)))
                .build();
    }

    private static String call(McpHost host, String tool, Map<String, ?> arguments) {
        return value(host.callTool(tool, arguments)).text();
    }

    @ParameterizedTest
    @EnumSource
    void theSameScriptYieldsTheSame(Way way) {
        McpHost host = open(way, all());
        assertThat(value(host.session("things")).peer()).satisfies(peer -> {
            assertThat(peer.era()).isEqualTo(way.era);
            assertThat(peer.revision())
                    .isEqualTo(way.era == Era.MODERN ? ProtocolRevision.V2026_07_28 : ProtocolRevision.V2025_11_25);
            assertThat(peer.server().name()).isEqualTo("things");
            assertThat(peer.instructions()).isEqualTo("Things for tests.");
        });
        List<String> transcript = new ArrayList<>();
        host.tools()
                .map(t -> t.tool().name())
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        transcript.add(call(host, "things__echo", Map.of("text", "hi")));
        transcript.add(value(host.callTool("add", Map.of("a", 2, "b", 3)))
                .structured(Sum.class)
                .toString());
        transcript.add(call(host, "greet", Map.of()));
        transcript.add(call(host, "ask_model", Map.of("prompt", "why?")));
        transcript.add(call(host, "log_something", Map.of()));
        CallToolResult failed = value(host.callTool("fail", null));
        transcript.add(failed.failed() + " " + failed.text());
        transcript.add(value(host.callTool("link", null)).content().toString());
        host.toolSignals("slow", Map.of("steps", 3, "delayMs", 1))
                .map(BothErasTest::describe)
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        host.prompts()
                .map(CataloguePrompt::name)
                .collectList()
                .doOnNext(transcript::addAll)
                .block(LIMIT);
        transcript.add(value(host.getPrompt("haiku", Map.of())).messages().toString());
        transcript.add(value(host.getPrompt("review", Map.of("language", "python", "framework", "flask")))
                .messages()
                .toString());
        host.resources()
                .map(r -> r.resource().uri())
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
        McpSession session = value(host.session("things"));
        transcript.add(value(session.complete(Completions.Reference.prompt("review"), "language", "py", Map.of()))
                .values()
                .toString());
        transcript.add(value(session.complete(
                        Completions.Reference.prompt("review"), "framework", "f", Map.of("language", "python")))
                .values()
                .toString());
        transcript.add(
                value(session.complete(Completions.Reference.resource("memo://page/{number}"), "number", "", Map.of()))
                        .values()
                        .toString());
        session.ping().block(LIMIT);
        assertThatThrownBy(() -> host.readResource("memo://nothing").block(LIMIT))
                .isInstanceOf(McpResourceNotFoundException.class)
                .hasMessageContaining("server 'things'")
                .hasMessageContaining("memo://nothing");
        assertThatThrownBy(() -> host.callTool("things__nope", null).block(LIMIT))
                .isInstanceOf(PeerErrorException.class)
                .hasMessageContaining("nope");
        assertThat(host.pendingRequests()).isZero();
        host.close().block(LIMIT);
        assertThat(transcript)
                .containsExactly(
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
                        "HELLO ADA (2 roots)",
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
                        "[Message[role=user, content=Text[text=Write a haiku., annotations=null, meta=null]]]",
                        "[Message[role=user, content=Text[text=Review this python code for flask., annotations=null,"
                                + " meta=null]]]",
                        "memo://note",
                        "memo://pixel",
                        "memo://page/1",
                        "memo://page/2",
                        "memo://page/3",
                        "memo://page/{number}",
                        "page 2",
                        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
                        "[python, pytorch, pyside]",
                        "[fastapi, flask]",
                        "[1, 2, 3]");
    }

    private static final String CONTENT = List.of(
                    new Content.Text(
                            "a text", new Content.Annotations(List.of("user"), 0.5, "2026-07-28T00:00:00Z"), null),
                    new Content.Image(
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
                            "image/png",
                            null,
                            null),
                    new Content.Audio(
                            "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=", "audio/wav", null, null),
                    new Content.ResourceLink("memo://note", "note", null, null, "text/plain", null, null, null, null),
                    new Content.EmbeddedResource(
                            new Content.ResourceContents("memo://page/1", "text/plain", "page 1", null, null),
                            null,
                            null))
            .toString();

    record Sum(double sum) {}

    private static String describe(ToolSignal signal) {
        if (signal instanceof ToolSignal.Progress p) {
            return "progress " + p.progress() + "/" + p.total() + " " + p.message();
        }
        return signal instanceof ToolSignal.Result r ? r.result().text() : signal.toString();
    }

    @ParameterizedTest
    @EnumSource
    void aNoIsANoAndNothingIsAskedThatCannotBeAnswered(Way way) {
        McpHost host = open(
                way,
                ClientHandlers.builder()
                        .elicitation(question -> Mono.just(Elicitation.Result.decline()))
                        .build());
        assertThat(call(host, "greet", Map.of())).isEqualTo("nobody to greet");
        host.close().block(LIMIT);
        McpHost defaults = open(
                way,
                ClientHandlers.builder()
                        .elicitation(question -> Mono.just(Elicitation.Result.accept()))
                        .build());
        assertThat(call(defaults, "greet", Map.of())).isEqualTo("hello world");
        defaults.close().block(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsDisposedStopsTheServer(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        McpSession session = value(host.session("things"));
        Flux<String> lines = session.events()
                .ofType(SessionEvent.Link.class)
                .map(SessionEvent.Link::event)
                .ofType(ConnectionEvent.StderrLine.class)
                .map(ConnectionEvent.StderrLine::line);
        StepVerifier.create(lines.filter("slow cancelled"::equals).next())
                .then(() -> {
                    Disposable call = session.toolSignals("slow", Map.of("steps", 1000, "delayMs", 5))
                            .ofType(ToolSignal.Progress.class)
                            .next()
                            .subscribe();
                    assertThat(call).isNotNull();
                })
                .expectNext("slow cancelled")
                .expectComplete()
                .verify(LIMIT);
        assertThat(session.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void changesAreToldAndWhatWasReadIsReadAgain(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        List<String> first = value(host.tools().map(t -> t.tool().name()).collectList());
        Flux<HostEvent> changed = host.events()
                .filter(e ->
                        e instanceof HostEvent.FromServer from && from.event() instanceof SessionEvent.ListChanged);
        StepVerifier.create(changed.next())
                .then(() -> assertThat(call(host, "add_tool", Map.of("name", "extra")))
                        .isEqualTo("added extra"))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertThat(value(host.tools().map(t -> t.tool().name()).collectList()))
                .hasSize(first.size() + 1)
                .contains("extra");
        assertThat(call(host, "extra", Map.of())).isEqualTo("this is extra");
    }

    @ParameterizedTest
    @EnumSource
    void aWatchedResourceIsToldOfAndReadAnew(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        assertThat(value(host.readResource("memo://note")).text()).isEqualTo("touched 0 times");
        StepVerifier.create(host.listen("things", Filter.resources("memo://note")))
                .assertNext(signal -> assertThat(signal)
                        .isInstanceOfSatisfying(
                                ListenSignal.Acknowledged.class,
                                ack -> assertThat(ack.filter().resourceSubscriptions())
                                        .containsExactly("memo://note")))
                .then(() -> touched(host, way))
                .expectNext(new ListenSignal.ResourceUpdated("memo://note"))
                .thenCancel()
                .verify(LIMIT);
        // kept for a minute by the modern server's leave, had it not been told to have changed
        assertThat(value(host.readResource("memo://note")).text()).isEqualTo("touched 1 times");
    }

    /** In the legacy era the acknowledgement is this client's own; the subscription is there when the server has answered. */
    private static void touched(McpHost host, Way way) {
        if (way.era == Era.LEGACY) {
            value(host.session("things")).ping().block(LIMIT);
        }
        assertThat(call(host, "touch", Map.of())).isEqualTo("touched 1 times");
    }

    @ParameterizedTest
    @EnumSource
    void whatListensGoesOnAfterARestart(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        Flux<ListenSignal> listening = host.listen("things", Filter.resources("memo://note"));
        StepVerifier.create(listening)
                .expectNextMatches(ListenSignal.Acknowledged.class::isInstance)
                .then(() -> host.restart("things").block(LIMIT))
                .expectNextMatches(ListenSignal.Acknowledged.class::isInstance)
                .then(() -> touched(host, way))
                .expectNext(new ListenSignal.ResourceUpdated("memo://note"))
                .then(() -> host.close().block(LIMIT))
                .expectComplete()
                .verify(LIMIT);
        assertThat(host.servers().get(0).generation()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void logMessagesComeFromTheLevelThatWasAskedFor(Way way) {
        McpHost host = value(McpHost.open(HostConfig.builder()
                .session(SessionOptions.builder()
                        .era(way.policy())
                        .logLevel(LogLevel.INFO)
                        .build())
                .server(way.transport())
                .build()));
        opened.add(host);
        Flux<String> logs = value(host.session("things"))
                .events()
                .ofType(SessionEvent.ServerLog.class)
                .map(log -> log.message().level());
        StepVerifier.create(logs.take(2))
                .then(() -> assertThat(call(host, "log_something", Map.of())).isEqualTo("logged"))
                .expectNext("info", "warning")
                .expectComplete()
                .verify(LIMIT);
    }
}
