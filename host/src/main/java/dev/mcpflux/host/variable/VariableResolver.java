package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariableValues.Missing;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Obtains values of variables for the servers of one host. Remembers what was answered to inputs, and nothing else: the
 * environment, files and secrets are read anew for each start. Any thread may use it.
 */
public final class VariableResolver {

    /** The most values that one start may ask for or read. */
    private static final int MAX_VALUES = 256;

    private final VariableSources sources;

    /** Made when it is first needed; guarded by this. */
    private @Nullable SlowValues slow;

    public VariableResolver(VariableSources sources) {
        this.sources = sources;
    }

    /**
     * Work that needs values of variables.
     *
     * @param server the server that it is for
     * @param stop when it completes while a value is waited for, the waiting ends, and the work completes without a result
     * @param work is done again from its beginning each time a value was obtained that it needed, until it needs no more
     * @return emits the result of the work, or its exception. Emits on the subscriber's thread, before {@code subscribe} returns,
     *     if all values are of the environment; a file or a secret is read on {@link Schedulers#boundedElastic()}.
     *     <em>Cancellation</em> ends a question or a program that is running for it.
     */
    public <T> Mono<T> resolve(String server, Mono<Void> stop, Function<VariableValues, T> work) {
        return Mono.defer(() -> attempt(server, stop, new VariableValues(sources, true), work));
    }

    private <T> Mono<T> attempt(
            String server, Mono<Void> stop, VariableValues values, Function<VariableValues, T> work) {
        try {
            return Mono.just(work.apply(values));
        } catch (Missing missing) {
            if (values.size() >= MAX_VALUES) {
                throw missing.problem.apply("the server needs more than " + MAX_VALUES + " values from outside");
            }
            return slowValues()
                    .obtain(missing.key, server, missing.problem)
                    .takeUntilOther(stop)
                    .doOnNext(value -> values.put(missing.key, value.orElse(null)))
                    .flatMap(value -> attempt(server, stop, values, work));
        }
    }

    private synchronized SlowValues slowValues() {
        if (slow == null) {
            slow = new SlowValues(sources);
        }
        return slow;
    }
}
