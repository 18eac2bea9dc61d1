package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.question.QuestionQueue;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.variable.InputAsker;
import dev.mcpflux.host.variable.InputDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Answers the inputs of a configuration: with the values of the command line, else the person at the terminal. */
final class InputAnswers implements InputAsker {

    private final Map<String, String> answers;
    private final @Nullable QuestionQueue person;

    private InputAnswers(Map<String, String> answers, @Nullable QuestionQueue person) {
        this.answers = answers;
        this.person = person;
    }

    /**
     * Chooses who answers.
     *
     * @param given {@code ID=VALUE} each
     * @param person asks the person at the terminal; null without a terminal, then defaults count
     */
    static InputAsker of(List<String> given, @Nullable QuestionQueue person) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String each : given) {
            int end = each.indexOf('=');
            if (end < 1) {
                throw new UsageException("--input needs ID=VALUE, such as --input token=…");
            }
            answers.put(each.substring(0, end), each.substring(end + 1));
        }
        return new InputAnswers(answers, person);
    }

    @Override
    public Mono<String> ask(InputDefinition input, String server) {
        String answer = answers.get(input.id());
        if (answer != null) {
            return Mono.just(answer);
        }
        if (person != null) {
            return person.input(input, server);
        }
        return input.preset() != null
                ? Mono.just(input.preset())
                : Mono.error(new McpConfigurationException(
                        server,
                        "the input " + input.id() + " has no answer, and there is nobody to ask; give it by --input "
                                + input.id() + "=VALUE"));
    }
}
