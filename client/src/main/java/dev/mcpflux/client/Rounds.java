package dev.mcpflux.client;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.protocol.Tasks;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The loop of a request that may take several rounds: while the server asks for input, answers it and asks again; follows the
 * task that the server may make of it (specification 2026-07-28: basic/patterns/mrtr). What a round emits on its way is for
 * the one who makes it.
 *
 * @param <R> the result of the request
 * @param <S> what is emitted
 */
final class Rounds<R, S> {

    /** Makes one round. */
    @FunctionalInterface
    interface Maker<R, S> {

        /**
         * Sends the request of this round.
         *
         * @param rounds continues with the answer: {@link Rounds#after}
         */
        Flux<S> make(Round round, Rounds<R, S> rounds);
    }

    private final Requests requests;
    private final String method;
    private final Maker<R, S> maker;
    private final Function<R, S> result;
    private final @Nullable Function<Tasks.Task, Flux<S>> task;

    /**
     * Rounds of one request.
     *
     * @param result makes what is emitted of the result
     * @param task follows a task to its end; null where the request becomes none
     */
    Rounds(
            Requests requests,
            String method,
            Maker<R, S> maker,
            Function<R, S> result,
            @Nullable Function<Tasks.Task, Flux<S>> task) {
        this.requests = requests;
        this.method = method;
        this.maker = maker;
        this.result = result;
        this.task = task;
    }

    /** This round and all that follow. */
    Flux<S> from(Round round) {
        return maker.make(round, this);
    }

    /** What follows the answer to a round: the result, the task, or more rounds. */
    Flux<S> after(Reply<R> reply, Round round) {
        Tasks.Task started = task == null ? null : requests.dialect().startedTask(reply);
        if (started != null && task != null) {
            return task.apply(started);
        }
        return reply.complete()
                ? Flux.just(result.apply(reply.value()))
                : next(reply, round).flatMapMany(this::from);
    }

    /** Answers what the server asks for; emits what the next round is to carry. */
    private Mono<Round> next(Reply<R> reply, Round round) {
        if (!requests.dialect().asksForInput(reply)) {
            return Mono.error(
                    Replies.unknownType(requests.connection(), requests.server(), method, reply.resultType()));
        }
        if (round.number() > requests.options().maxRounds()) {
            return Mono.error(new McpProtocolException(
                    requests.server(),
                    "it asked for more input " + round.number() + " times and still did not answer " + method));
        }
        Map<String, Tasks.InputRequest> inputs = reply.inputRequests();
        if (inputs == null && reply.requestState() == null) {
            return Mono.error(
                    new McpProtocolException(requests.server(), method + " requires input, but it does not say which"));
        }
        Mono<Map<String, Object>> answers = inputs == null ? Mono.just(Map.of()) : requests.answer(method, inputs);
        return answers.map(a -> new Round(round.number() + 1, inputs == null ? null : a, reply.requestState()));
    }
}
