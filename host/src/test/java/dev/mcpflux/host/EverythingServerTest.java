package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolEra;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.testing.Leftovers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The legacy era against the reference server, {@code @modelcontextprotocol/server-everything}. */
@Tag("real")
class EverythingServerTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Set<Long> before = Leftovers.processes();
    private final List<McpHost> opened = new CopyOnWriteArrayList<>();
    private final List<Elicitation.ElicitParams> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Elicitation.ElicitResult> answer =
            new AtomicReference<>(Elicitation.ElicitResult.cancel());
    private final AtomicReference<List<Roots.Root>> roots =
            new AtomicReference<>(List.of(new Roots.Root("file:///first", "first", null)));
    private final Sinks.Many<Integer> rootsChanged = Sinks.many().multicast().directBestEffort();

    @AfterEach
    void nothingIsLeft() {
        opened.forEach(host -> host.close().block(LIMIT));
        Leftovers.assertNone(before);
    }

    private ClientHandlers handlers() {
        return ClientHandlers.builder()
                .elicitation(question -> Mono.fromSupplier(() -> {
                    asked.add(question.params());
                    return answer.get();
                }))
                .urlElicitation(question -> Mono.fromSupplier(() -> {
                    asked.add(question.params());
                    return answer.get();
                }))
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text(
                        "a-model",
                        "I read: " + question.params().messages().get(0).text())))
                .roots(server -> Mono.fromSupplier(roots::get))
                .rootsChanges(rootsChanged.asFlux())
                .build();
    }

    private McpHost open() {
        McpHost host = value(McpHost.open(HostConfig.builder()
                .session(SessionOptions.builder()
                        .handlers(handlers())
                        .logLevel(LogLevel.INFO)
                        .build())
                .server(NodeServers.everything("everything"))
                .build()));
        opened.add(host);
        return host;
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    private static CallToolResult call(McpHost host, String tool, Map<String, ?> arguments) {
        return value(host.callTool(tool, arguments));
    }

    @Test
    void isOfTheLegacyEra() {
        McpHost host = open();
        PeerInfo peer =
                Objects.requireNonNull(Servers.session(host, "everything").peer());
        assertThat(peer.era()).isEqualTo(ProtocolEra.LEGACY);
        assertThat(peer.revision().wire()).isEqualTo("2025-11-25");
        assertThat(value(host.tools().collectList())).hasSizeGreaterThan(15);
    }

    @Test
    void aFormIsAnsweredWithTheDefaultsOfItsSchema() {
        McpHost host = open();
        answer.set(Elicitation.ElicitResult.accept(Map.of("name", "Ada", "check", true)));
        CallToolResult result = call(host, "trigger-elicitation-request", Map.of());
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).form()).isTrue();
        assertThat(result.text())
                .contains("- Name: Ada", "- Agreed to terms: true", "- Favorite Integer: 42", "- Favorite Number: 3.14")
                .contains("\"titledMultipleSelectEnum\"", "fish-1", "hero-1", "pet-1", "dark and stormy");
        answer.set(Elicitation.ElicitResult.decline());
        assertThat(call(host, "trigger-elicitation-request", Map.of()).text()).contains("User declined");
        answer.set(Elicitation.ElicitResult.cancel());
        assertThat(call(host, "trigger-elicitation-request", Map.of()).text()).contains("cancelled the elicitation");
    }

    @Test
    void aFormThatIsFilledWronglyIsNotSent() {
        McpHost host = open();
        // the name is required and has no default
        answer.set(Elicitation.ElicitResult.accept());
        CallToolResult result = call(host, "trigger-elicitation-request", Map.of());
        assertThat(result.isError()).isTrue();
        assertThat(result.text()).contains("could not answer elicitation/create");
    }

    @Test
    void aPersonIsSentToAnAddress() {
        McpHost host = open();
        answer.set(Elicitation.ElicitResult.accept());
        Map<String, Object> arguments =
                Map.of("url", "https://example.com/key", "message", "please", "elicitationId", "e-1");
        CallToolResult result = call(host, "trigger-url-elicitation", arguments);
        assertThat(result.isError()).isFalse();
        assertThat(asked).singleElement().satisfies(params -> {
            assertThat(params.form()).isFalse();
            assertThat(params.url()).isEqualTo("https://example.com/key");
            assertThat(params.elicitationId()).isEqualTo("e-1");
        });
        assertThatThrownBy(() -> call(
                        host,
                        "trigger-url-elicitation",
                        Map.of("url", "https://example.com/x", "elicitationId", "e-2", "errorPath", true)))
                .isInstanceOfSatisfying(
                        McpUrlElicitationRequiredException.class,
                        e -> assertThat(e.elicitations())
                                .singleElement()
                                .satisfies(one -> assertThat(one.url()).isEqualTo("https://modelcontextprotocol.io")));
    }

    @Test
    void aModelIsAsked() {
        McpHost host = open();
        assertThat(call(host, "trigger-sampling-request", Map.of("prompt", "why?", "maxTokens", 7))
                        .text())
                .contains("I read: ")
                .contains("why?")
                .contains("a-model");
    }

    @Test
    void rootsAreListedAndTheirChangesTold() {
        McpHost host = open();
        assertThat(call(host, "get-roots-list", Map.of()).text()).contains("file:///first");
        Flux<SessionEvent.ServerLog> heard = Servers.session(host, "everything")
                .events()
                .ofType(SessionEvent.ServerLog.class)
                .filter(log -> String.valueOf(log.message().data()).contains("Roots updated"));
        StepVerifier.create(heard.next())
                .then(() -> {
                    roots.set(List.of(Roots.Root.of(Path.of("/second"))));
                    rootsChanged.tryEmitNext(1).orThrow();
                })
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertThat(call(host, "get-roots-list", Map.of()).text())
                .contains("file:///second")
                .doesNotContain("first");
    }

    @Test
    void aWatchedResourceIsToldOf() {
        McpHost host = open();
        McpSession session = Servers.session(host, "everything");
        String uri = value(host.resources().next()).resource().uri();
        StepVerifier.create(session.resourceUpdates(uri))
                .expectSubscription()
                .then(() -> {
                    session.ping().block(LIMIT);
                    call(host, "toggle-subscriber-updates", Map.of());
                })
                .expectNext(uri)
                .thenCancel()
                .verify(LIMIT);
        // nobody waits until the server has heard of the end of the subscription
        Mono.defer(session::ping).repeat(() -> host.pendingRequests() > 0).blockLast(LIMIT);
        assertThat(host.pendingRequests()).isZero();
    }

    @Test
    void logMessagesComeFromTheLevelOn() {
        McpHost host = open();
        McpSession session = Servers.session(host, "everything");
        session.setLogLevel(LogLevel.DEBUG).block(LIMIT);
        StepVerifier.create(EventSink.direct(session.events())
                        .ofType(SessionEvent.ServerLog.class)
                        .filter(log -> String.valueOf(log.message().data()).contains("level message"))
                        .next())
                .then(() -> call(host, "toggle-simulated-logging", Map.of()))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void argumentsAreCompletedByWhatIsGivenAlready() {
        McpHost host = open();
        McpSession session = Servers.session(host, "everything");
        Completions.CompletionReference prompt = Completions.CompletionReference.prompt("completable-prompt");
        assertThat(value(session.complete(prompt, "department", "S", Map.of())).values())
                .containsExactly("Sales", "Support");
        assertThat(value(session.complete(prompt, "name", "", Map.of("department", "Sales")))
                        .values())
                .containsExactly("David", "Eve", "Frank");
        Prompts.GetPromptResult got =
                value(host.getPrompt("completable-prompt", Map.of("department", "Sales", "name", "Eve")));
        assertThat(got.messages())
                .singleElement()
                .satisfies(message -> assertThat(message.content())
                        .isEqualTo(new Content.Text("Please promote Eve to the head of the Sales team.")));
    }

    @Test
    void aSlowCallTellsItsProgressAndCanBeStopped() {
        McpHost host = open();
        List<ToolSignal> signals =
                value(host.streamTool("trigger-long-running-operation", Map.of("duration", 1, "steps", 4))
                        .collectList());
        assertThat(signals).hasSize(5);
        assertThat(signals.get(3)).isEqualTo(new ToolSignal.Progress(4, 4.0, null));
        host.streamTool("trigger-long-running-operation", Map.of("duration", 60, "steps", 600))
                .blockFirst(LIMIT);
        RealServers.nothingIsPending(host);
    }

    @Test
    void structuredContentFitsItsSchema() {
        McpHost host = open();
        assertThat(value(Servers.session(host, "everything")
                        .callToolAs("get-structured-content", Map.of("location", "Chicago"), Weather.class)))
                .isEqualTo(new Weather(36, "Light rain / drizzle", 82));
        assertThatThrownBy(() -> host.callTool(
                                "everything__get-structured-content",
                                Map.of("location", "Paris"),
                                RequestOptions.builder().validateArguments(true).build())
                        .block(LIMIT))
                .hasMessageContaining("server 'everything'")
                .hasMessageContaining("/location");
    }

    record Weather(double temperature, String conditions, double humidity) {}

    @Test
    void aTaskLooksLikeASlowCall() {
        McpHost host = open();
        answer.set(Elicitation.ElicitResult.accept(Map.of("interpretation", "snake")));
        // by its qualified name: that it has to run as a task is known from its list only
        List<ToolSignal> signals = value(
                host.streamTool("everything__simulate-research-query", Map.of("topic", "python", "ambiguous", true))
                        .collectList());
        assertThat(signals.get(signals.size() - 1))
                .isInstanceOfSatisfying(
                        ToolSignal.Result.class,
                        result -> assertThat(result.result().text()).contains("Research Report"));
        assertThat(signals.stream()
                        .filter(ToolSignal.TaskStatus.class::isInstance)
                        .map(s -> ((ToolSignal.TaskStatus) s).task().status()))
                .contains(Tasks.Status.WORKING, Tasks.Status.INPUT_REQUIRED);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aTaskThatIsGivenUpIsCancelledAtTheServer() {
        McpHost host = open();
        McpSession session = Servers.session(host, "everything");
        ToolSignal.TaskStatus first = (ToolSignal.TaskStatus) Objects.requireNonNull(
                host.streamTool("simulate-research-query", Map.of("topic", "x")).blockFirst(LIMIT));
        String id = first.task().taskId();
        // nobody waits until the server has heard of it
        assertThat(value(Mono.defer(() -> session.getTask(id))
                                .repeat()
                                .takeUntil(Tasks.Task::terminal)
                                .last())
                        .status())
                .isEqualTo(Tasks.Status.CANCELLED);
        assertThat(value(session.listTasks().map(Tasks.Task::taskId).collectList()))
                .contains(id);
    }

    @Test
    void aTaskIsResumedByItsId() {
        McpHost host = open();
        McpSession session = Servers.session(host, "everything");
        ToolSignal.TaskStatus first = (ToolSignal.TaskStatus) Objects.requireNonNull(session.streamTool(
                        "simulate-research-query",
                        Map.of("topic", "x"),
                        RequestOptions.builder().keepTask(true).build())
                .blockFirst(LIMIT));
        assertThat(value(host.resumeTask("everything", first.task().taskId()).last()))
                .isInstanceOf(ToolSignal.Result.class);
    }

    @Test
    void whatIsReadIsOfEveryKind() {
        McpHost host = open();
        assertThat(value(host.prompts().map(p -> p.prompt().name()).collectList()))
                .contains("simple-prompt", "args-prompt", "completable-prompt", "resource-prompt");
        assertThat(value(host.resourceTemplates()
                        .map(t -> t.template().uriTemplate())
                        .collectList()))
                .contains("demo://resource/dynamic/text/{resourceId}", "demo://resource/dynamic/blob/{resourceId}");
        assertThat(value(host.readResource("demo://resource/dynamic/text/1")).text())
                .contains("Resource 1");
        assertThat(value(host.readResource("demo://resource/dynamic/blob/1"))
                        .contents()
                        .get(0)
                        .blob())
                .isNotEmpty();
        assertThat(call(host, "get-tiny-image", Map.of()).content()).anyMatch(Content.Image.class::isInstance);
        assertThat(call(host, "get-resource-links", Map.of("count", 2)).content())
                .anyMatch(Content.ResourceLink.class::isInstance);
        assertThat(call(host, "get-resource-reference", Map.of("resourceType", "Text", "resourceId", 1))
                        .content())
                .anyMatch(Content.EmbeddedResource.class::isInstance);
    }
}
