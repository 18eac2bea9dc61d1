package dev.mcpflux.cli.doctor.finding;

import java.util.Set;
import reactor.core.publisher.Flux;

/**
 * Looks at one thing.
 *
 * @param <S> what it looks at
 */
public interface Check<S> {

    /** All that it can find. */
    Set<Rule> rules();

    /**
     * Looks.
     *
     * @return what it finds; a failure of what is looked at is a finding, not an error. <em>Cancellation</em> ends what is under
     *     way. The thread may be any, and one that may block if the check says so
     */
    Flux<Finding> check(S subject);
}
