package dev.mcpflux.cli.script;

import dev.mcpflux.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Makes the calls of a script, some at the same time. A call waits for those that it refers to. For one subscriber, who
 * subscribes once.
 */
public final class ScriptRun {

    /** Makes a call. */
    @FunctionalInterface
    public interface Caller {
        /**
         * Makes a call.
         *
         * @param results the results of the lines that it refers to
         */
        Mono<CallToolResult> call(ScriptCall call, Function<Integer, CallToolResult> results);
    }

    private final List<ScriptCall> calls;
    private final Caller caller;
    private final int parallel;
    private final boolean keepGoing;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Map<Integer, Sinks.One<CallOutcome>> outcomes = new ConcurrentHashMap<>();
    private final Map<Integer, CallToolResult> results = new ConcurrentHashMap<>();
    /** The outcomes of lines before which another one has none yet. */
    private final Map<Integer, CallOutcome> early = new HashMap<>();

    private int next;

    /**
     * A run.
     *
     * @param parallel the most calls at a time
     * @param keepGoing whether the others are made when one has failed
     */
    public ScriptRun(List<ScriptCall> calls, Caller caller, int parallel, boolean keepGoing) {
        this.calls = calls;
        this.caller = caller;
        this.parallel = parallel;
        this.keepGoing = keepGoing;
        calls.forEach(call -> outcomes.put(call.line(), Sinks.one()));
    }

    /**
     * Makes the calls.
     *
     * @return the outcomes in the order of the lines; never fails. Unless it keeps going, no call is begun after one has
     *     failed, and it completes with the first line that has failed: calls of later lines are cancelled then.
     *     <em>Cancellation</em> cancels the calls in progress.
     */
    public Flux<CallOutcome> outcomes() {
        // not flatMapSequential: it begins nothing more as long as the first line waits
        Flux<CallOutcome> all =
                Flux.fromIterable(calls).flatMap(this::outcome, parallel).concatMapIterable(this::inOrder);
        return keepGoing ? all : all.takeUntil(CallOutcome::failed);
    }

    /** The outcomes whose turn has come; {@code flatMap} calls this for one at a time. */
    private List<CallOutcome> inOrder(CallOutcome outcome) {
        early.put(outcome.call().line(), outcome);
        List<CallOutcome> ready = new ArrayList<>();
        while (next < calls.size() && early.containsKey(calls.get(next).line())) {
            ready.add(early.remove(calls.get(next).line()));
            next++;
        }
        return ready;
    }

    private Mono<CallOutcome> outcome(ScriptCall call) {
        return Mono.defer(() -> stopped.get() ? Mono.<CallOutcome>empty() : begin(call))
                .doOnNext(outcome -> ended(call, outcome));
    }

    private void ended(ScriptCall call, CallOutcome outcome) {
        CallToolResult result = outcome.usable();
        if (result != null) {
            results.put(call.line(), result);
        } else if (!keepGoing) {
            stopped.set(true);
        }
        // nobody else emits it
        Objects.requireNonNull(outcomes.get(call.line())).tryEmitValue(outcome);
    }

    private Mono<CallOutcome> begin(ScriptCall call) {
        return Flux.fromIterable(call.refersTo())
                .concatMap(line -> Objects.requireNonNull(outcomes.get(line)).asMono())
                .filter(CallOutcome::failed)
                .next()
                .<CallOutcome>map(
                        failed -> new CallOutcome.Omitted(call, failed.call().line(), failed.code()))
                .switchIfEmpty(Mono.defer(() -> made(call)));
    }

    private Mono<CallOutcome> made(ScriptCall call) {
        return Mono.defer(() -> caller.call(call, line -> Objects.requireNonNull(results.get(line))))
                .<CallOutcome>map(result -> new CallOutcome.Answered(call, result))
                .onErrorResume(Exception.class, e -> Mono.just(new CallOutcome.Failed(call, e)));
    }
}
