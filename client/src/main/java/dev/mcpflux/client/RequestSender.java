package dev.mcpflux.client;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.DirectReaders;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.RequestParams;
import dev.mcpflux.protocol.RequestSubject;
import dev.mcpflux.protocol.RoundParams;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Sends the requests of one open session: in the format of its dialect, within time limits, and in as many
 * {@link Rounds} as the server needs.
 */
final class RequestSender {

    private final String server;
    private final Connection connection;
    private final Dialect dialect;
    private final SessionOptions options;
    private final InputHandlers handlers;
    private final LongSupplier busyUntil;
    private final Deadlines deadlines;
    private final Mono<Termination> ended;
    private final AtomicInteger work = new AtomicInteger();

    /**
     * The requests of one connection.
     *
     * @param deadlines the time limits of the requests
     * @param busyUntil the time, on the clock of {@link #now()}, until which requests of the server were being answered
     * @param ended emits the reason when the session has ended
     */
    RequestSender(
            String server,
            Connection connection,
            Dialect dialect,
            SessionOptions options,
            InputHandlers handlers,
            Deadlines deadlines,
            LongSupplier busyUntil,
            Mono<Termination> ended) {
        this.server = server;
        this.connection = connection;
        this.dialect = dialect;
        this.options = options;
        this.handlers = handlers;
        this.deadlines = deadlines;
        this.busyUntil = busyUntil;
        this.ended = ended;
    }

    /**
     * A request that may take several rounds.
     *
     * @param params the parameters of the first round
     */
    record Question<R>(
            String method,
            RequestSubject subject,
            RequestEffect effect,
            RoundParams params,
            Class<? extends RoundResult<R>> type) {

        /** A request whose subject is the one of its parameters. */
        Question(String method, RequestEffect effect, RoundParams params, Class<? extends RoundResult<R>> type) {
            this(method, params.subject(), effect, params, type);
        }
    }

    String server() {
        return server;
    }

    /** The name of a request where operators are named: {@code tools/call server__tool}. */
    String nameOf(RequestSpec spec) {
        return spec.nameAt(server);
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    SessionOptions options() {
        return options;
    }

    Scheduler timer() {
        return options.timer();
    }

    /** Milliseconds since an arbitrary origin. */
    long now() {
        return deadlines.now();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    long busyUntil() {
        return busyUntil.getAsLong();
    }

    /** A request with one response. */
    <R> Mono<R> ask(
            String method, RequestEffect effect, @Nullable RequestParams params, Class<R> type, RequestOptions limits) {
        return asking(
                spec(method, effect, params, type, limits), type, within(limits), (answer, begin) -> Mono.just(answer));
    }

    /** A request with one response, with a time limit of its own. */
    <R> Mono<R> ask(
            String method,
            RequestEffect effect,
            @Nullable RequestParams params,
            Class<R> type,
            RequestOptions limits,
            Duration limit) {
        return asking(
                spec(method, effect, params, type, limits),
                type,
                new RequestMono.Limits(limit, limit, false, null),
                (answer, begin) -> Mono.just(answer));
    }

    private RequestSpec spec(
            String method, RequestEffect effect, @Nullable RequestParams params, Class<?> type, RequestOptions limits) {
        return new RequestSpec(
                method,
                params == null ? RequestSubject.NONE : params.subject(),
                effect,
                params,
                (id, context) -> dialect.meta(null, context, limits),
                type,
                DirectReaders.find(type),
                true,
                dialect.logs(limits));
    }

    private <M, V> Mono<V> asking(
            RequestSpec spec, Class<? extends M> type, RequestMono.Limits limits, RequestMono.Then<M, V> then) {
        return new RequestMono<>(this, spec, type, limits, then);
    }

    /** Without progress, only the response and the answers to requests of the server count as activity. */
    private RequestMono.Limits within(RequestOptions options) {
        return new RequestMono.Limits(
                options.shorter(), options.totalTimeout(), dialect.serverAsksMeanwhile(), options.source());
    }

    /**
     * Sends a request, and answers the requests for input of the server until it returns the result.
     *
     * @param atOnce receives a result that came in the first round, which depends on the parameters only
     * @param task follows a task until it has ended, if the request may start one
     */
    <R> Mono<R> ask(
            Question<R> question,
            RequestOptions limits,
            Consumer<R> atOnce,
            @Nullable Function<Tasks.Task, Mono<R>> task) {
        return ask(question, limits, atOnce, task, Mono::just);
    }

    /**
     * Like {@link #ask(Question, RequestOptions, Consumer, Function)}.
     *
     * @param check validates a result before it is emitted
     */
    <R> Mono<R> ask(
            Question<R> question,
            RequestOptions limits,
            Consumer<R> atOnce,
            @Nullable Function<Tasks.Task, Mono<R>> task,
            Function<R, Mono<R>> check) {
        return asking(spec(question, Round.FIRST, limits, false), question.type(), within(limits), (reply, begin) -> {
            if (!reply.complete() || reply.asTask() != null) {
                return inTime(
                        Mono.using(
                                        work::incrementAndGet,
                                        begun -> repeated(question, limits, task)
                                                .after(reply, Round.FIRST)
                                                .single(),
                                        begun -> work.decrementAndGet(),
                                        false)
                                .flatMap(check),
                        question,
                        limits,
                        begin);
            }
            R value = reply.value();
            atOnce.accept(value);
            Mono<R> checked = check.apply(value);
            // a result that needs no validation does not schedule a timeout
            return checked instanceof Fuseable.ScalarCallable<?> ? checked : inTime(checked, question, limits, begin);
        });
    }

    /**
     * Counts a call as in progress even while it waits for no response, during a pause of a task or for input of a
     * user.
     */
    <T> Flux<T> asWork(Flux<T> source) {
        return Flux.using(work::incrementAndGet, begun -> source, begun -> work.decrementAndGet(), false);
    }

    /** The number of such calls. */
    int work() {
        return work.get();
    }

    /**
     * Applies the remaining time to all that follows the first response: more rounds and the validation of the result.
     */
    private <R> Mono<R> inTime(Mono<R> rest, Question<R> question, RequestOptions limits, long begin) {
        return rest.timeout(left(limits, begin), timer())
                // the activity of the server is not relevant here: a handler or the validation may be the slow part
                .onErrorMap(
                        TimeoutException.class,
                        e -> new McpTimeoutException(
                                server,
                                McpTimeoutException.Phase.REQUEST,
                                question.method(),
                                limits.totalTimeout(),
                                limits.source(),
                                connection.diagnostics()));
    }

    private Duration left(RequestOptions limits, long begin) {
        long left = limits.totalTimeout().toMillis() - (now() - begin);
        return Duration.ofMillis(Math.max(1, left));
    }

    /** The rounds of a request that only emits its result. */
    private <R> Rounds<R, R> repeated(
            Question<R> question, RequestOptions limits, @Nullable Function<Tasks.Task, Mono<R>> task) {
        return new Rounds<>(
                this,
                question.method(),
                (round, rounds) -> asking(
                                spec(question, round, limits, false),
                                question.type(),
                                within(limits),
                                (reply, begin) -> Mono.just(reply))
                        .flatMapMany(reply -> rounds.after(reply, round)),
                result -> result,
                task == null ? null : started -> task.apply(started).flux());
    }

    /**
     * Like {@link #ask}, with progress, log messages and task states.
     *
     * @param result creates the last signal
     * @param unheard receives a task that was started after the subscriber had cancelled
     */
    <R> Flux<ToolSignal> signals(
            Question<R> question,
            RequestOptions limits,
            Function<R, ToolSignal> result,
            Function<Tasks.Task, Flux<ToolSignal>> task,
            Consumer<Tasks.Task> unheard) {
        return within(
                        limits,
                        question.method(),
                        question.subject(),
                        new Rounds<R, ToolSignal>(
                                        this,
                                        question.method(),
                                        (round, rounds) -> signals(question, round, limits, rounds),
                                        result,
                                        task)
                                .from(Round.FIRST))
                // after a cancellation, the response that started the task may still be buffered behind other signals
                .doOnDiscard(JsonRpcMessage.Success.class, answer -> {
                    Tasks.Task started =
                            answer.result() instanceof RoundResult<?> reply ? dialect.startedTask(reply) : null;
                    if (started != null) {
                        unheard.accept(started);
                    }
                });
    }

    /** The signals of a request, within the total timeout. */
    <T> Flux<T> within(RequestOptions limits, String method, Flux<T> signals) {
        return within(limits, method, RequestSubject.NONE, signals);
    }

    private <T> Flux<T> within(RequestOptions limits, String method, RequestSubject subject, Flux<T> signals) {
        Duration total = limits.totalTimeout();
        return Flux.defer(() -> {
            long mark = connection.mark();
            return new DeadlineFlux<>(
                    signals,
                    () -> RequestSpec.name(method, subject, server),
                    deadlines,
                    (begin, last) -> begin + total.toMillis(),
                    () -> timedOut(McpTimeoutException.Phase.REQUEST, method, total, limits.source(), mark));
        });
    }

    /** The same for a single value. */
    <T> Mono<T> within(RequestOptions limits, String method, Mono<T> value) {
        return Mono.defer(() -> {
            long mark = connection.mark();
            return value.timeout(limits.totalTimeout(), timer())
                    .onErrorMap(
                            TimeoutException.class,
                            e -> timedOut(
                                    McpTimeoutException.Phase.REQUEST,
                                    method,
                                    limits.totalTimeout(),
                                    limits.source(),
                                    mark));
        });
    }

    /**
     * Cancels the source and fails when {@code cause} emits. Reactor's {@code takeUntilOther} alone forwards an error
     * of its companion but does not cancel the source then.
     */
    static <T> Flux<T> failWhen(Mono<? extends Throwable> cause, Flux<T> source) {
        return Flux.defer(() -> {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            return source.takeUntilOther(cause.doOnNext(failure::set)).concatWith(Mono.defer(() -> {
                Throwable why = failure.get();
                return why == null ? Mono.empty() : Mono.error(why);
            }));
        });
    }

    private <R> Flux<ToolSignal> signals(
            Question<R> question, Round round, RequestOptions limits, Rounds<R, ToolSignal> rounds) {
        RequestSpec spec = spec(question, round, limits, true);
        Duration idle = limits.idleTimeout();
        return Flux.defer(() -> {
                    long mark = connection.mark();
                    return new DeadlineFlux<>(
                            connection.exchange(spec),
                            () -> nameOf(spec),
                            deadlines,
                            (begin, last) -> (dialect.serverAsksMeanwhile() ? Math.max(last, busyUntil()) : last)
                                    + idle.toMillis(),
                            () -> timedOut(
                                    McpTimeoutException.Phase.IDLE, question.method(), idle, limits.source(), mark));
                })
                // the response is the last message of an exchange, so its continuation comes last too
                .concatMap(message -> {
                    if (message instanceof JsonRpcMessage.Notification notification) {
                        return related(notification);
                    }
                    McpException problem =
                            Responses.problem(connection, server, spec, (JsonRpcMessage.Response) message);
                    if (problem != null) {
                        return Flux.error(problem);
                    }
                    return rounds.after(question.type().cast(((JsonRpcMessage.Success) message).result()), round);
                });
    }

    private Flux<ToolSignal> related(JsonRpcMessage.Notification notification) {
        if (notification.params() instanceof ProgressParams p) {
            String message = p.message();
            return Flux.just(new ToolSignal.Progress(
                    p.progress(), p.total(), message == null ? null : connection.mask(message)));
        }
        return notification.params() instanceof LogMessage log
                ? Flux.just(new ToolSignal.Log(SessionEvent.ServerLog.masked(log, connection::mask)))
                : Flux.empty();
    }

    private <R> RequestSpec spec(Question<R> question, Round round, RequestOptions limits, boolean progress) {
        RoundParams first = question.params();
        return new RequestSpec(
                question.method(),
                question.subject(),
                question.effect(),
                round.number() == 1 ? first : first.withInput(round.inputs(), round.state()),
                (id, context) -> dialect.meta(progress ? id : null, context, limits),
                question.type(),
                ToolCallReader.find(question.type()),
                true,
                dialect.logs(limits));
    }

    /**
     * Answers several requests for input concurrently, and keeps their order. Fails when the session ends, because no
     * request is pending that would fail.
     *
     * @param method the request that the server handles
     */
    Mono<Map<String, Object>> answer(String method, Map<String, Tasks.InputRequest> inputs) {
        if (inputs.containsValue(null)) {
            return Mono.error(new McpProtocolException(server, method + " requires input, but does not request any"));
        }
        // handlers run with the context of the call
        Mono<Map<String, Object>> answers = Flux.deferContextual(context -> Flux.fromIterable(inputs.entrySet())
                        .flatMapSequential(
                                input -> handlers.answer(
                                                input.getValue().method(),
                                                input.getValue().params(),
                                                Caller.of(context))
                                        .map(answer -> Map.entry(input.getKey(), answer)),
                                options.maxConcurrentHandlers()))
                .collect(LinkedHashMap::new, (all, entry) -> all.put(entry.getKey(), entry.getValue()));
        return Mono.firstWithSignal(
                answers,
                ended.flatMap(cause -> Responses.unhooked(cause.toException(server, method, CallOutcome.UNKNOWN))));
    }

    /**
     * The error of a timeout.
     *
     * @param source the setting that configures the limit, or null
     * @param mark the mark of the connection at the start of the wait
     */
    McpTimeoutException timedOut(
            McpTimeoutException.Phase phase, String method, Duration limit, @Nullable String source, long mark) {
        return new McpTimeoutException(server, phase, method, limit, source, connection.diagnosticsSince(mark));
    }
}
