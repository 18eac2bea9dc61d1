package dev.mcpflux.host.variable;

import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Asks a user for a value that a configuration leaves open. A host asks for each input once, when the first server that needs
 * it starts, and remembers the answer; what failed or was cancelled is asked again by the next start.
 */
@FunctionalInterface
public interface InputAsker {

    /**
     * Asks for one input. Different inputs may be asked for at the same time, by servers that start at the same time.
     *
     * @param input what to ask for; never of the kind {@code command}
     * @param server the server that needs it first
     * @return emits the answer; of a choice, one of its options. Completing without one, or failing, lets the servers fail that
     *     wait for it; the text of an {@link dev.mcpflux.error.McpException} is shown, of any other error only its class.
     *     <em>Cancellation</em> ends the question: no server waits for it any more.
     */
    Mono<String> ask(InputDefinition input, String server);

    /** Answers by id, without asking anybody. */
    static InputAsker of(Map<String, String> answers) {
        Map<String, String> copy = Map.copyOf(answers);
        return (input, server) -> Mono.justOrEmpty(copy.get(input.id()));
    }
}
