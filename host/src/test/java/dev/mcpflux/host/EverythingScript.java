package dev.mcpflux.host;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpUrlElicitationRequiredException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.protocol.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One call after the other to the reference server, by whichever transport; what is of the moment is left out. */
final class EverythingScript {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> transcript = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicReference<Elicitation.ElicitResult> answer =
            new AtomicReference<>(Elicitation.ElicitResult.cancel());
    private final AtomicReference<List<Roots.Root>> roots =
            new AtomicReference<>(List.of(new Roots.Root("file:///first", "first", null)));
    private final Sinks.Many<Integer> rootsChanged = Sinks.many().multicast().directBestEffort();

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    /** Answers what the server asks during the script. */
    ClientHandlers handlers() {
        return ClientHandlers.builder()
                .elicitation(question -> answer(question.params()))
                .urlElicitation(question -> answer(question.params()))
                .sampling(question -> Mono.just(Sampling.CreateMessageResult.text(
                        "a-model",
                        "I read: " + question.params().messages().get(0).text())))
                .roots(server -> Mono.fromSupplier(roots::get))
                .rootsChanges(rootsChanged.asFlux())
                .build();
    }

    private Mono<Elicitation.ElicitResult> answer(Elicitation.ElicitParams params) {
        return Mono.fromSupplier(() -> {
            asked.add(params.message() + " " + params.url());
            return answer.get();
        });
    }

    /** Makes the calls, to a server that is called everything. */
    List<String> transcript(McpHost host) {
        McpSession session = Servers.session(host, "everything");
        lists(host, session);
        tools(host);
        questions(host);
        reads(host, session);
        roots(host, session);
        tellsOfItself(host, session);
        tasks(host, session);
        transcript.add("asked: " + asked);
        // the end of a subscription is told without anybody waiting for it
        Mono.defer(session::ping).repeat(() -> host.pendingRequests() > 0).blockLast(LIMIT);
        transcript.add("pending: " + host.pendingRequests());
        return transcript;
    }

    private void add(Object heard) {
        transcript.add(heard.toString());
    }

    private void call(McpHost host, String tool, Map<String, ?> arguments) {
        add(value(host.callTool(tool, arguments)).text());
    }

    private void lists(McpHost host, McpSession session) {
        add(Objects.requireNonNull(session.peer()));
        // some are there only once the server has heard that the session has begun
        add(value(Mono.defer(() -> host.tools().map(t -> t.tool().name()).collectList())
                .repeat()
                .filter(names -> names.contains("trigger-url-elicitation") && names.contains("get-roots-list"))
                .next()));
        add(value(host.prompts().map(p -> p.prompt().name()).collectList()));
        add(value(host.resources().map(r -> r.resource().uri()).collectList()));
        add(value(host.resourceTemplates().map(t -> t.template().uriTemplate()).collectList()));
    }

    private void tools(McpHost host) {
        call(host, "echo", Map.of("message", "wörds"));
        call(host, "get-sum", Map.of("a", 2, "b", 3));
        add(value(host.callTool("get-structured-content", Map.of("location", "Chicago")))
                .structured(Map.class));
        add(value(host.callTool("get-tiny-image", Map.of())).content());
        add(value(host.callTool("get-resource-links", Map.of("count", 2))).content());
        add(value(host.callTool("get-annotated-message", Map.of("messageType", "error", "includeImage", true)))
                .content());
        add(value(host.streamTool("trigger-long-running-operation", Map.of("duration", 1, "steps", 4))
                .filter(ToolSignal.Progress.class::isInstance)
                .collectList()));
        // given up at its first sign of life
        add(Objects.requireNonNull(
                host.streamTool("trigger-long-running-operation", Map.of("duration", 60, "steps", 600))
                        .blockFirst(LIMIT)));
        add(value(host.callTool("get-sum", Map.of("a", "no number"))).isError());
        add(value(host.callTool("everything__no-such-tool", Map.of())
                .map(CallToolResult::text)
                .onErrorResume(e -> Mono.just(e.getMessage()))));
    }

    private void questions(McpHost host) {
        answer.set(Elicitation.ElicitResult.accept(Map.of("name", "Ada", "check", true)));
        call(host, "trigger-elicitation-request", Map.of());
        answer.set(Elicitation.ElicitResult.decline());
        call(host, "trigger-elicitation-request", Map.of());
        answer.set(Elicitation.ElicitResult.accept());
        Map<String, Object> arguments =
                Map.of("url", "https://example.com/key", "message", "please", "elicitationId", "e-1");
        call(host, "trigger-url-elicitation", arguments);
        add(value(host.callTool(
                        "trigger-url-elicitation",
                        Map.of("url", "https://example.com/x", "elicitationId", "e-2", "errorPath", true))
                .map(CallToolResult::text)
                .onErrorResume(
                        McpUrlElicitationRequiredException.class,
                        e -> Mono.just(e.elicitations().get(0).url()))));
        call(host, "trigger-sampling-request", Map.of("prompt", "why?", "maxTokens", 7));
    }

    private void reads(McpHost host, McpSession session) {
        Completions.CompletionReference prompt = Completions.CompletionReference.prompt("completable-prompt");
        add(value(session.complete(prompt, "department", "S", Map.of())).values());
        add(value(session.complete(prompt, "name", "", Map.of("department", "Sales")))
                .values());
        add(value(host.getPrompt("simple-prompt", Map.of())).messages());
        add(value(host.getPrompt("args-prompt", Map.of("city", "Lisbon", "state", "none")))
                .messages());
        add(value(host.getPrompt("completable-prompt", Map.of("department", "Sales", "name", "Eve")))
                .messages());
        String uri = value(host.resources().next()).resource().uri();
        add(value(host.readResource(uri)).text());
        add(withoutTime(
                value(host.readResource("demo://resource/dynamic/text/1")).text()));
        add(value(host.readResource("demo://resource/dynamic/blob/1"))
                .contents()
                .get(0)
                .mimeType());
        add(
                value(host.callTool("get-resource-reference", Map.of("resourceType", "Text", "resourceId", 1)))
                        .content()
                        .stream()
                        .map(Content::getClass)
                        .map(Class::getSimpleName)
                        .toList());
    }

    private static String withoutTime(String text) {
        return text.replaceAll("\\d{1,2}:\\d{2}:\\d{2}.*", "…");
    }

    private void roots(McpHost host, McpSession session) {
        call(host, "get-roots-list", Map.of());
        Flux<String> heard = logs(session, "Roots updated");
        add(Objects.requireNonNull(heard.doOnSubscribe(s -> {
                    roots.set(List.of(new Roots.Root("file:///second", "second", null)));
                    rootsChanged.tryEmitNext(1).orThrow();
                })
                .blockFirst(LIMIT)));
        call(host, "get-roots-list", Map.of());
    }

    private static Flux<String> logs(McpSession session, String part) {
        return EventSink.direct(session.events())
                .ofType(SessionEvent.ServerLog.class)
                .map(log -> String.valueOf(log.message().data()))
                .filter(text -> text.contains(part));
    }

    /** What belongs to no request: it is told by a stream of its own. */
    private void tellsOfItself(McpHost host, McpSession session) {
        session.setLogLevel(LogLevel.DEBUG).block(LIMIT);
        String uri = value(host.resources().next()).resource().uri();
        Flux<Object> told = Flux.merge(
                session.listen(SubscriptionFilter.resources(uri)).take(2),
                logs(session, "level message").take(1).map(text -> "a log message"),
                Mono.defer(session::ping)
                        .then(host.callTool("toggle-subscriber-updates", Map.of()))
                        .then(host.callTool("toggle-simulated-logging", Map.of()))
                        .then(Mono.<Object>empty()));
        add(value(told.map(Object::toString).sort().collectList()));
        value(host.callTool("toggle-subscriber-updates", Map.of()));
        value(host.callTool("toggle-simulated-logging", Map.of()));
    }

    private void tasks(McpHost host, McpSession session) {
        answer.set(Elicitation.ElicitResult.accept(Map.of("interpretation", "snake")));
        List<ToolSignal> signals = value(
                host.streamTool("everything__simulate-research-query", Map.of("topic", "python", "ambiguous", true))
                        .collectList());
        add(signals.stream()
                .map(s -> s instanceof ToolSignal.TaskStatus status
                        ? status.task().statusText()
                        : "result")
                .distinct()
                .toList());
        ToolSignal.TaskStatus first = (ToolSignal.TaskStatus) Objects.requireNonNull(
                session.streamTool("simulate-research-query", Map.of("topic", "x"), RequestOptions.defaults())
                        .blockFirst(LIMIT));
        // that it was given up is told without anybody waiting for it
        add(value(Mono.defer(() -> session.getTask(first.task().taskId()))
                        .repeat()
                        .takeUntil(Tasks.Task::terminal)
                        .last())
                .statusText());
    }
}
