package dev.mcpflux.client;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.protocol.Tasks;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The loop of a request that may take several rounds. While the server asks for input, it collects the answers and
 * sends the request again. If the server starts a task, it follows the task (specification 2026-07-28:
 * basic/patterns/mrtr). The {@link Maker} determines the signals of each round.
 *
 * @param <R> the type of the result
 * @param <S> the type of the signals
 */
final class Rounds<R, S> {

    /** Sends the request of one round. */
    @FunctionalInterface
    interface Maker<R, S> {

        /**
         * Sends the request of this round.
         *
         * @param rounds to continue with the response: {@link Rounds#after}
         */
        Flux<S> make(Round round, Rounds<R, S> rounds);
    }

    private final RequestSender requests;
    private final String method;
    private final Maker<R, S> maker;
    private final Function<R, S> result;
    private final @Nullable Function<Tasks.Task, Flux<S>> task;

    /**
     * The rounds of one request.
     *
     * @param result converts the result to the last signal
     * @param task follows a task until it has ended; null if the request cannot start one
     */
    Rounds(
            RequestSender requests,
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

    /** This round and all following ones. */
    Flux<S> from(Round round) {
        return maker.make(round, this);
    }

    /** The continuation of a round: the result, the task, or further rounds. */
    Flux<S> after(RoundResult<R> reply, Round round) {
        Tasks.Task started = task == null ? null : requests.dialect().startedTask(reply);
        if (started != null && task != null) {
            return task.apply(started);
        }
        return reply.complete()
                ? Flux.just(result.apply(reply.value()))
                : next(reply, round).flatMapMany(this::from);
    }

    /** Answers the requests for input, and emits the next round with the answers. */
    private Mono<Round> next(RoundResult<R> reply, Round round) {
        if (!requests.dialect().asksForInput(reply)) {
            return Mono.error(
                    Responses.unknownType(requests.connection(), requests.server(), method, reply.resultType()));
        }
        if (round.number() > requests.options().maxRounds()) {
            return Mono.error(new McpProtocolException(
                    requests.server(),
                    "it asked for more input " + round.number() + " times and still did not answer " + method));
        }
        Map<String, Tasks.InputRequest> inputs = reply.inputRequests();
        if (inputs == null && reply.requestState() == null) {
            return Mono.error(
                    new McpProtocolException(requests.server(), method + " requires input, but does not request any"));
        }
        Mono<Map<String, Object>> answers = inputs == null ? Mono.just(Map.of()) : requests.answer(method, inputs);
        return answers.map(a -> new Round(round.number() + 1, inputs == null ? null : a, reply.requestState()));
    }
}
