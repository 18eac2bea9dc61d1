package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpResourceNotFoundException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.InMemoryServer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A session of each revision sees everything that a server in memory can have. */
class InMemoryServerErasTest {

    private static final String MODERN = "2026-07-28";

    private final InMemoryServer server = InMemoryServer.named("s");
    private final List<String> asked = new ArrayList<>();
    private final ClientHandlers handlers = ClientHandlers.builder()
            .elicitation(question -> {
                asked.add(question.params().message());
                return Mono.just(Elicitation.ElicitResult.accept(Map.of("city", "Lisbon")));
            })
            .sampling(question -> Mono.just(Sampling.CreateMessageResult.text("m", "It is warm.")))
            .roots(List.of(new Roots.Root("file:///w", "w", null)))
            .build();

    @ParameterizedTest
    @ValueSource(strings = {MODERN, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"})
    @Retention(RetentionPolicy.RUNTIME)
    @interface EachRevision {}

    @ParameterizedTest
    @ValueSource(strings = {MODERN, "2025-11-25"})
    @Retention(RetentionPolicy.RUNTIME)
    @interface BothEras {}

    private McpSession open(String revision) {
        return open(revision, options -> options);
    }

    private McpSession open(String revision, UnaryOperator<SessionOptions.Builder> options) {
        server.revisions(revision);
        McpSession session = McpSession.create(
                server.transport(),
                options.apply(SessionOptions.builder().handlers(handlers)).build());
        assertThat(session.open().block().revision().wire()).isEqualTo(revision);
        return session;
    }

    private void closed(McpSession session) {
        assertThat(session.pendingRequests()).isZero();
        session.close().block();
        assertThat(server.connections()).isZero();
    }

    // what it offers

    @EachRevision
    void answersTools(String revision) {
        server.instructions("be kind")
                .pageSize(2)
                .tool("echo", arguments -> arguments.path("text").asString())
                .handle(
                        new Tool("data", "Data", "some", null, null, null, null, null, null),
                        call -> Mono.just(InMemoryServer.structured(Map.of("revision", call.revision()))))
                .handle("empty", call -> Mono.empty())
                .handle("broken", call -> Mono.error(new IllegalStateException("no data")))
                .handle("refuses", call -> Mono.error(InMemoryServer.rpcError(-32050, "not today")));
        McpSession session = open(revision);
        assertThat(session.peer().instructions()).isEqualTo("be kind");
        assertThat(session.listTools().map(Tool::displayName).collectList().block())
                .containsExactly("echo", "Data", "empty", "broken", "refuses");
        StepVerifier.create(session.callTool("echo", Map.of("text", "hi")).map(CallToolResult::text))
                .expectNext("hi")
                .verifyComplete();
        StepVerifier.create(session.callTool("data", null))
                .assertNext(
                        result -> assertThat(result.structured(Object.class)).isEqualTo(Map.of("revision", revision)))
                .verifyComplete();
        StepVerifier.create(session.callTool("empty", null).map(CallToolResult::content))
                .expectNext(List.of())
                .verifyComplete();
        StepVerifier.create(session.callTool("broken", null))
                .assertNext(result -> {
                    assertThat(result.isError()).isTrue();
                    assertThat(result.text()).isEqualTo("no data");
                })
                .verifyComplete();
        StepVerifier.create(session.callTool("refuses", null))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpPeerErrorException.class).hasMessageContaining("not today"));
        StepVerifier.create(session.callTool("nothing", null)).verifyError(McpPeerErrorException.class);
        closed(session);
    }

    @EachRevision
    void answersPromptsAndCompletion(String revision) {
        server.prompt("greet", arguments -> "Greet " + arguments.path("name").asString())
                .completion(
                        Completions.CompletionReference.prompt("greet"),
                        params -> List.of(params.argument().value() + "nn"));
        McpSession session = open(revision);
        assertThat(session.peer().capabilities().tools()).isNull();
        assertThat(session.listPrompts().map(Prompts.Prompt::name).collectList().block())
                .containsExactly("greet");
        StepVerifier.create(session.getPrompt("greet", Map.of("name", "Ann")))
                .assertNext(result -> assertThat(result.messages()).containsExactly(message("Greet Ann")))
                .verifyComplete();
        StepVerifier.create(session.complete(Completions.CompletionReference.prompt("greet"), "name", "A", Map.of())
                        .map(Completions.Completion::values))
                .expectNext(List.of("Ann"))
                .verifyComplete();
        closed(session);
    }

    private static Prompts.PromptMessage message(String text) {
        return new Prompts.PromptMessage(Role.USER, new Content.Text(text));
    }

    @EachRevision
    void answersResourcesAndTemplates(String revision) {
        server.resource("city://lisbon", "sunny")
                .template("city://{name}/{day}", values -> "rain on " + values.get("day"));
        McpSession session = open(revision);
        assertThat(session.listResources()
                        .map(Resources.Resource::uri)
                        .collectList()
                        .block())
                .containsExactly("city://lisbon");
        assertThat(session.listResourceTemplates()
                        .map(Resources.ResourceTemplate::uriTemplate)
                        .collectList()
                        .block())
                .containsExactly("city://{name}/{day}");
        StepVerifier.create(session.readResource("city://lisbon").map(Resources.ReadResourceResult::text))
                .expectNext("sunny")
                .verifyComplete();
        StepVerifier.create(session.readResource("city://porto/monday").map(Resources.ReadResourceResult::text))
                .expectNext("rain on monday")
                .verifyComplete();
        StepVerifier.create(session.readResource("city://nowhere")).verifyError(McpResourceNotFoundException.class);
        closed(session);
    }

    // what it sends

    @EachRevision
    void reportsProgressAndLogs(String revision) {
        server.handle(
                "work",
                call -> Mono.fromSupplier(() -> {
                    call.progress(1, 2);
                    call.log(LogLevel.DEBUG, "too fine");
                    call.log(LogLevel.ERROR, "hot");
                    call.progress(2, 2.0, "done");
                    return InMemoryServer.text("ok");
                }));
        McpSession session = open(revision);
        session.setLogLevel(LogLevel.WARNING).block();
        CompletableFuture<List<String>> logs = session.events()
                .ofType(SessionEvent.ServerLog.class)
                .map(log -> String.valueOf(log.message().data()))
                .collectList()
                .toFuture();
        List<String> signals = session.streamTool("work", null)
                .filter(signal -> !(signal instanceof ToolSignal.Log))
                .map(signal -> signal instanceof ToolSignal.Progress step
                        ? step.progress() + " " + step.message()
                        : ((ToolSignal.Result) signal).result().text())
                .collectList()
                .block();
        assertThat(signals).containsExactly("1.0 null", "2.0 done", "ok");
        closed(session);
        assertThat(logs.join()).containsExactly("\"hot\"");
    }

    @BothEras
    void notifiesOfChanges(String revision) {
        server.tool("one", arguments -> "1").prompt("p", arguments -> "p").resource("r:1", "old");
        McpSession session = open(revision);
        TestSubscriber<ListenSignal> signals = TestSubscriber.create();
        session.listen(new Subscriptions.SubscriptionFilter(true, true, true, List.of("r:1"), null))
                .subscribe(signals);
        server.tool("two", arguments -> "2")
                .removeTool("one")
                .removeTool("none")
                .removePrompt("p")
                .resource("r:1", "new")
                .resource("r:2", "more")
                .resourceUpdated("r:2");
        assertThat(signals.getReceivedOnNext().subList(1, 6))
                .containsExactly(
                        new ListenSignal.ListChanged(ListKind.TOOLS),
                        new ListenSignal.ListChanged(ListKind.TOOLS),
                        new ListenSignal.ListChanged(ListKind.PROMPTS),
                        new ListenSignal.ResourceUpdated("r:1"),
                        new ListenSignal.ListChanged(ListKind.RESOURCES));
        assertThat(signals.getReceivedOnNext()).hasSize(6);
        StepVerifier.create(session.readResource("r:1").map(Resources.ReadResourceResult::text))
                .expectNext("new")
                .verifyComplete();
        assertThat(session.listTools().map(Tool::name).collectList().block()).containsExactly("two");
        signals.cancel();
        server.tool("three", arguments -> "3");
        assertThat(signals.getReceivedOnNext()).hasSize(6);
        session.close().block();
    }

    // what it asks

    @BothEras
    void asksTheClient(String revision) {
        List<String> runs = new ArrayList<>();
        server.handle("trip", call -> {
            runs.add("run");
            return call.elicit("Where to?", "city")
                    .flatMap(city -> Mono.zip(call.sample("How is it?"), call.roots())
                            .map(both -> InMemoryServer.text(city.content().get("city") + ": "
                                    + ((Content.Text) both.getT1().content().get(0)).text() + " "
                                    + both.getT2().get(0).uri())));
        });
        server.handlePrompt(
                new Prompts.Prompt("ask", null, null, null, null, null),
                call -> call.elicit("Who?", "name")
                        .map(who -> new Prompts.GetPromptResult(who.action().wire(), List.of(), null)));
        McpSession session = open(revision);
        StepVerifier.create(session.callTool("trip", null).map(CallToolResult::text))
                .expectNext("Lisbon: It is warm. file:///w")
                .verifyComplete();
        StepVerifier.create(session.getPrompt("ask", Map.of()).map(Prompts.GetPromptResult::description))
                .expectNext("accept")
                .verifyComplete();
        assertThat(asked).containsExactly("Where to?", "Who?");
        assertThat(runs).as("a handler runs once, however many rounds it takes").hasSize(1);
        closed(session);
    }

    @BothEras
    void asksNothingThatWasNotDeclared(String revision) {
        server.handle("ask", call -> call.elicit("?", "city").map(answer -> InMemoryServer.text("answered")));
        McpSession session = open(revision, options -> options.handlers(ClientHandlers.NONE));
        StepVerifier.create(session.callTool("ask", null))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("elicitation"));
        assertThat(asked).isEmpty();
        closed(session);
    }

    // what goes wrong

    @BothEras
    void failsUntilItRecovers(String revision) {
        server.tool("t", arguments -> "ok");
        McpSession session = open(revision);
        server.fail("tools/call", -32603, "down");
        StepVerifier.create(session.callTool("t", null)).verifyError(McpPeerErrorException.class);
        server.recover("tools/call");
        StepVerifier.create(session.callTool("t", null).map(CallToolResult::text))
                .expectNext("ok")
                .verifyComplete();
        closed(session);
    }

    @BothEras
    void ignoresWhatItIsToldToIgnore(String revision) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        server.tool("t", arguments -> "ok");
        McpSession session = open(revision, options -> options.timer(time));
        server.ignore("tools/call");
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("t", null, RequestOptions.within(Duration.ofSeconds(5)))
                .subscribe(call);
        time.advanceTimeBy(Duration.ofSeconds(6));
        assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        assertThat(server.receivedMethods()).endsWith("tools/call", "notifications/cancelled");
        closed(session);
    }

    @BothEras
    void disconnectFailsWhatIsUnderWay(String revision) {
        List<String> ends = new ArrayList<>();
        server.handle("hang", call -> Mono.<CallToolResult>never().doOnCancel(() -> ends.add("cancelled")))
                .handle("crash", call -> {
                    call.disconnect();
                    return Mono.empty();
                });
        McpSession session = open(revision);
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("hang", null).subscribe(call);
        server.disconnect();
        assertThat(call.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(ends).containsExactly("cancelled");
        McpSession next = open(revision);
        StepVerifier.create(next.callTool("crash", null)).verifyError(McpConnectionException.class);
        session.close().then(next.close()).block();
        assertThat(server.connections()).isZero();
    }

    @BothEras
    void cancelledCallIsCancelledInTheHandler(String revision) {
        List<String> ends = new ArrayList<>();
        server.handle("hang", call -> Mono.<CallToolResult>never().doOnCancel(() -> ends.add("cancelled")));
        McpSession session = open(revision);
        session.callTool("hang", null).subscribe().dispose();
        assertThat(ends).containsExactly("cancelled");
        closed(session);
    }
}
