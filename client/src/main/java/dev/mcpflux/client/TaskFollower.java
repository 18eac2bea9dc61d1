package dev.mcpflux.client;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.RequestEffect;
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
 * Follows a task to its end, so that it looks like a slow call: the extension {@code io.modelcontextprotocol/tasks}, and
 * the experimental tasks of 2025-11-25 (basic/utilities/tasks). What it asks, also to give a task up, it asks on behalf of the caller
 * that began to follow it; it keeps nothing else.
 */
abstract sealed class TaskFollower permits ExtensionTasks, LegacyTasks {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** Where the server suggests nothing. */
    private static final Duration POLL = Duration.ofSeconds(1);
    /** A server that suggests less is not asked more often. */
    private static final Duration LEAST = Duration.ofMillis(50);
    /** More cannot be counted by every timer. */
    private static final Duration MOST = Duration.ofDays(1);

    private final Requests requests;
    /** What servers tell of tasks by themselves; it spares the rest of a pause. */
    private final Flux<PeerNotice> told;

    /** Whether the server hears of tasks that are given up. */
    private final boolean cancels;

    TaskFollower(Requests requests, Flux<PeerNotice> told, boolean cancels) {
        this.requests = requests;
        this.told = told;
        this.cancels = cancels;
    }

    /** The task as it is now. */
    Mono<Tasks.Task> get(String taskId, RequestOptions limits) {
        return requests.ask(
                Methods.TASKS_GET, RequestEffect.READS, new Tasks.TaskParams(taskId, null), Tasks.Task.class, limits);
    }

    /** Asks the server to give the task up; it need not. */
    Mono<Void> cancel(String taskId, RequestOptions limits) {
        return requests.ask(
                        Methods.TASKS_CANCEL,
                        RequestEffect.READS,
                        new Tasks.TaskParams(taskId, null),
                        EmptyResult.class,
                        limits)
                .then();
    }

    /**
     * Its states, each when it is another than before, then its result. <em>Cancellation</em>, and any error after which
     * nobody asks for it any more, cancels the task, unless the request was made to keep it.
     */
    Flux<ToolSignal> follow(Tasks.Task created, RequestOptions limits) {
        boolean ended = created.terminal() && createdWithoutResult();
        return follow(created.taskId(), ended ? get(created.taskId(), limits) : Mono.just(created), ended, limits);
    }

    /** The same for a task of which nothing is known but its id. */
    Flux<ToolSignal> resume(String taskId, RequestOptions limits) {
        return follow(taskId, get(taskId, limits), false, limits);
    }

    private Flux<ToolSignal> follow(String taskId, Mono<Tasks.Task> first, boolean ended, RequestOptions limits) {
        return requests.asWork(Flux.deferContextual(context -> {
            Set<String> answered = new HashSet<>();
            AtomicBoolean over = new AtomicBoolean(ended);
            AtomicReference<Tasks.@Nullable Task> last = new AtomicReference<>();
            return first
                    // a loop and not a recursion: a task may be asked for thousands of times
                    .expand(task -> ended(task) ? Mono.empty() : pause(task, answered, limits))
                    // what has ended is not cancelled, whether its result was handed over or not
                    .doOnNext(task -> over.compareAndSet(false, task.terminal()))
                    .concatMap(
                            task -> {
                                Flux<ToolSignal> news = sameAs(last.getAndSet(task), task)
                                        ? Flux.empty()
                                        : Flux.just(new ToolSignal.TaskStatus(task));
                                // an error of the server instead of a result is what the task ended with
                                return ended(task)
                                        ? news.concatWith(result(task, limits)
                                                .doOnError(PeerErrorException.class, e -> over.set(true)))
                                        : news;
                            },
                            1)
                    .doOnComplete(() -> over.set(true))
                    .doOnError(e -> {
                        if (!lives(e)) {
                            over.set(true);
                        }
                        leave(taskId, limits, over, context);
                    })
                    .doOnCancel(() -> leave(taskId, limits, over, context));
        }));
    }

    /** Its result only. */
    Mono<CallToolResult> followToResult(Tasks.Task first, RequestOptions limits) {
        return follow(first, limits).ofType(ToolSignal.Result.class).single().map(ToolSignal.Result::result);
    }

    /**
     * Whether a task goes on at the server in spite of this error. "Clients SHOULD continue polling until the task reaches a
     * terminal status or until invoking tasks/cancel" (ext-tasks, Task Polling).
     */
    private static boolean lives(Throwable e) {
        return !(e instanceof McpConnectionException)
                && !(e instanceof McpClosedException)
                && !(e instanceof PeerErrorException refused && refused.error().code() == JsonRpcError.INVALID_PARAMS);
    }

    private void leave(String taskId, RequestOptions limits, AtomicBoolean over, ContextView context) {
        if (cancels && !limits.keepTask() && over.compareAndSet(false, true)) {
            giveUp(taskId, context);
        }
    }

    /** One that nobody follows. */
    void abandon(Tasks.Task created, RequestOptions limits, ContextView context) {
        leave(created.taskId(), limits, new AtomicBoolean(created.terminal()), context);
    }

    /** Nobody is left to wait for this one: it is asked for its effect on the server. */
    private void giveUp(String taskId, ContextView context) {
        cancel(taskId, requests.options().request())
                // on behalf of whose task it was
                .contextWrite(Context.of(context))
                .subscribe(
                        null,
                        e -> log.debug(
                                "[{}] task {} was not cancelled: {}",
                                requests.server(),
                                SafeText.line(taskId, 400),
                                SafeText.line(e)));
    }

    /** Whether a task that has ended already when it is created has to be asked for once more, to have its result. */
    abstract boolean createdWithoutResult();

    /** Whether there is nothing to wait for any more, so that the result can be asked for. */
    abstract boolean ended(Tasks.Task task);

    /**
     * Answers what the server asks for through the state of the task.
     *
     * @param answered the keys of what has been answered, to be added to
     */
    abstract Mono<Void> input(Tasks.Task task, Set<String> answered, RequestOptions limits);

    /** The result of a task that has ended; fails with what it ended with otherwise. */
    abstract Mono<ToolSignal> result(Tasks.Task task, RequestOptions limits);

    private Mono<Tasks.Task> pause(Tasks.Task task, Set<String> answered, RequestOptions limits) {
        return input(task, answered, limits)
                .then(Mono.firstWithSignal(
                        Mono.delay(interval(task), requests.timer()).then(), Mono.deferContextual(context -> {
                            Caller caller = Caller.of(context);
                            return told.filter(news -> news.isFor(caller)
                                            && news.event() instanceof SessionEvent.TaskChanged changed
                                            && changed.task().taskId().equals(task.taskId()))
                                    .next()
                                    .then();
                        })))
                .then(get(task.taskId(), limits));
    }

    private static Duration interval(Tasks.Task task) {
        Duration suggested = task.pollIntervalMs() == null ? POLL : Duration.ofMillis(task.pollIntervalMs());
        return suggested.compareTo(LEAST) < 0 ? LEAST : suggested.compareTo(MOST) > 0 ? MOST : suggested;
    }

    private static boolean sameAs(Tasks.@Nullable Task before, Tasks.Task now) {
        return before != null
                && before.status().equals(now.status())
                && Objects.equals(before.statusMessage(), now.statusMessage());
    }

    final Requests requests() {
        return requests;
    }
}
