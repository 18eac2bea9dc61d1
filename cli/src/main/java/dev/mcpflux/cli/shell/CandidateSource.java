package dev.mcpflux.cli.shell;

import java.util.List;
import reactor.core.publisher.Mono;

/** Finds what can stand at the cursor. */
@FunctionalInterface
interface CandidateSource {

    /**
     * The candidates for a word.
     *
     * @param before the words before it
     * @param prefix what is typed of it
     * @param after the words behind it
     * @return what is known within the limit of time; never fails. <em>Cancellation</em> cancels the requests to servers.
     */
    Mono<List<ShellCandidate>> candidates(List<String> before, String prefix, List<String> after);
}
