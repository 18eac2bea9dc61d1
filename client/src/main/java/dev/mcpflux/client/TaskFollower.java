package dev.mcpflux.client;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestEffect;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Follows a task until it has ended, so that it behaves like a slow call: the extension
 * {@code io.modelcontextprotocol/tasks}, and the experimental tasks of 2025-11-25 (basic/utilities/tasks). All its
 * requests, cancellations included, are made for the caller that follows the task; it keeps no other state.
 */
abstract sealed class TaskFollower permits ExtensionTasks, LegacyTasks {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** The poll interval if the server suggests none. */
    private static final Duration POLL = Duration.ofSeconds(1);
    /** The shortest poll interval, even if the server suggests a shorter one. */
    private static final Duration LEAST = Duration.ofMillis(50);
    /** The longest poll interval; some timers overflow with longer ones. */
    private static final Duration MOST = Duration.ofDays(1);

    private final RequestSender requests;
    /** Task notifications of the server; each one ends the current pause. */
    private final Flux<PeerNotice> told;

    /** Whether to notify the server of cancelled tasks. */
    private final boolean cancels;

    TaskFollower(RequestSender requests, Flux<PeerNotice> told, boolean cancels) {
        this.requests = requests;
        this.told = told;
        this.cancels = cancels;
    }

    /** The current state of the task. */
    Mono<Tasks.Task> get(String taskId, RequestOptions options) {
        return requests.ask(
                Methods.TASKS_GET, RequestEffect.READS, new Tasks.TaskParams(taskId, null), Tasks.Task.class, options);
    }

    /** Requests that the server cancel the task; the server may ignore it. */
    Mono<Void> cancel(String taskId, RequestOptions options) {
        return requests.ask(
                        Methods.TASKS_CANCEL,
                        RequestEffect.READS,
                        new Tasks.TaskParams(taskId, null),
                        EmptyResult.class,
                        options)
                .then();
    }

    /**
     * The states of the task, each one that differs from the previous, then its result. <em>Cancellation</em> cancels
     * the task, and so does any error that ends the polling, unless the request keeps its task.
     */
    Flux<ToolSignal> follow(Tasks.Task created, RequestOptions options) {
        boolean ended = created.terminal() && createdWithoutResult();
        return follow(created.taskId(), ended ? get(created.taskId(), options) : Mono.just(created), ended, options);
    }

    /** The same for a task of which only the id is known. */
    Flux<ToolSignal> resume(String taskId, RequestOptions options) {
        return follow(taskId, get(taskId, options), false, options);
    }

    private Flux<ToolSignal> follow(String taskId, Mono<Tasks.Task> first, boolean ended, RequestOptions options) {
        return requests.asWork(Flux.deferContextual(context -> {
            Set<String> answered = new HashSet<>();
            AtomicBoolean over = new AtomicBoolean(ended);
            AtomicReference<Tasks.@Nullable Task> last = new AtomicReference<>();
            return first
                    // a loop instead of recursion: a task may be polled thousands of times
                    .expand(task -> ended(task) ? Mono.empty() : pause(task, answered, options))
                    // a task that has ended is not cancelled, even if its result was not emitted
                    .doOnNext(task -> over.compareAndSet(false, task.terminal()))
                    .concatMap(
                            task -> {
                                Flux<ToolSignal> news = sameAs(last.getAndSet(task), task)
                                        ? Flux.empty()
                                        : Flux.just(new ToolSignal.TaskStatus(task));
                                // an error response to the request for the result is the result of the task
                                return ended(task)
                                        ? news.concatWith(result(task, options)
                                                .doOnError(McpPeerErrorException.class, e -> over.set(true)))
                                        : news;
                            },
                            1)
                    .doOnComplete(() -> over.set(true))
                    .doOnError(e -> {
                        if (!lives(e)) {
                            over.set(true);
                        }
                        leave(taskId, options, over, context);
                    })
                    .doOnCancel(() -> leave(taskId, options, over, context));
        }));
    }

    /** Only the result of the task. */
    Mono<CallToolResult> followToResult(Tasks.Task first, RequestOptions options) {
        return follow(first, options).ofType(ToolSignal.Result.class).single().map(ToolSignal.Result::result);
    }

    /**
     * Whether the task continues at the server after this error. "Clients SHOULD continue polling until the task
     * reaches a terminal status or until invoking tasks/cancel" (ext-tasks, Task Polling).
     */
    private static boolean lives(Throwable e) {
        return !(e instanceof McpConnectionException)
                && !(e instanceof McpClosedException)
                && !(e instanceof McpPeerErrorException refused
                        && refused.error().code() == JsonRpcError.INVALID_PARAMS);
    }

    private void leave(String taskId, RequestOptions options, AtomicBoolean over, ContextView context) {
        if (cancels && !options.keepTask() && over.compareAndSet(false, true)) {
            giveUp(taskId, context);
        }
    }

    /** Cancels a task that has no subscriber. */
    void abandon(Tasks.Task created, RequestOptions options, ContextView context) {
        leave(created.taskId(), options, new AtomicBoolean(created.terminal()), context);
    }

    /** Cancels the task at the server; no subscriber waits for the response. */
    private void giveUp(String taskId, ContextView context) {
        cancel(taskId, requests.options().request())
                // the caller of the task
                .contextWrite(Context.of(context))
                .subscribe(
                        null,
                        e -> log.debug(
                                "[{}] task {} was not cancelled: {}",
                                requests.server(),
                                SafeText.line(taskId, 400),
                                SafeText.line(e)));
    }

    /** Whether a task that has already ended when it is created has to be polled once more for its result. */
    abstract boolean createdWithoutResult();

    /** Whether the result can be requested without further polling. */
    abstract boolean ended(Tasks.Task task);

    /**
     * Answers the requests for input in the state of a task.
     *
     * @param answered the keys that have been answered; this method adds to them
     */
    abstract Mono<Void> input(Tasks.Task task, Set<String> answered, RequestOptions options);

    /** The result of a task that has ended; fails if the task failed or was cancelled. */
    abstract Mono<ToolSignal> result(Tasks.Task task, RequestOptions options);

    private Mono<Tasks.Task> pause(Tasks.Task task, Set<String> answered, RequestOptions options) {
        return input(task, answered, options)
                .then(Mono.firstWithSignal(
                        Mono.delay(interval(task), requests.timer()).then(), Mono.deferContextual(context -> {
                            Caller caller = Caller.of(context);
                            return told.filter(news -> news.isFor(caller)
                                            && news.event() instanceof SessionEvent.TaskChanged changed
                                            && changed.task().taskId().equals(task.taskId()))
                                    .next()
                                    .then();
                        })))
                .then(get(task.taskId(), options));
    }

    private static Duration interval(Tasks.Task task) {
        Duration suggested = task.pollIntervalMs() == null ? POLL : Duration.ofMillis(task.pollIntervalMs());
        return suggested.compareTo(LEAST) < 0 ? LEAST : suggested.compareTo(MOST) > 0 ? MOST : suggested;
    }

    private static boolean sameAs(Tasks.@Nullable Task before, Tasks.Task now) {
        return before != null
                && before.statusText().equals(now.statusText())
                && Objects.equals(before.statusMessage(), now.statusMessage());
    }

    final RequestSender requests() {
        return requests;
    }
}
