package dev.mcpflux.host.variable;

import dev.mcpflux.internal.OneFlight;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks for the inputs of one host, each once: servers that wait at the same time share a question. */
final class Inputs {

    private final VariableSources sources;
    private final Map<InputDefinition, Answer> answers = new ConcurrentHashMap<>();

    /** What was answered, and the question under way. */
    private static final class Answer {
        final OneFlight<String> question = new OneFlight<>();
        volatile @Nullable String value;
    }

    Inputs(VariableSources sources) {
        this.sources = sources;
    }

    /** The definition of an input for a file, or null. */
    static @Nullable InputDefinition declared(VariableSources sources, String id, @Nullable Path file) {
        for (InputDefinition each : sources.inputs()) {
            if (each.id().equals(id) && (each.file() == null || each.file().equals(file))) {
                return each;
            }
        }
        return null;
    }

    /** The answer; fails with {@link VariableProblem} if there is none. <em>Cancellation</em> of the last one who waits ends the question. */
    Mono<String> answer(String id, VariableStyle style, @Nullable Path file, String server) {
        InputDefinition declared = declared(sources, id, file);
        if (declared == null && style.declaresInputs()) {
            return Mono.error(new VariableProblem(
                    "the input " + id + " is not declared; add {\"id\": \"" + id + "\", …} to \"inputs\" of the file"));
        }
        // whether it is a secret is not known
        InputDefinition input = declared != null ? declared : InputDefinition.password(id, null);
        Answer answer = answers.computeIfAbsent(input, each -> new Answer());
        String known = answer.value;
        return known != null
                ? Mono.just(known)
                : answer.question.join(() -> ask(input, server).doOnNext(value -> answer.value = value));
    }

    private Mono<String> ask(InputDefinition input, String server) {
        return asked(input, server)
                .switchIfEmpty(Mono.error(() -> new VariableProblem("the input " + input.id() + " was not answered")))
                .handle((value, sink) -> {
                    if (input.kind() == InputDefinition.Kind.PICK_STRING
                            && !input.options().contains(value)) {
                        sink.error(new VariableProblem("the answer for the input " + input.id()
                                + " is none of its options: " + String.join(", ", input.options())));
                    } else {
                        sink.next(value);
                    }
                });
    }

    private Mono<String> asked(InputDefinition input, String server) {
        if (input.kind() == InputDefinition.Kind.COMMAND) {
            return sources.commandInputs()
                    ? SecretStores.program(input.command())
                    : Mono.error(new VariableProblem("the input " + input.id()
                            + " runs a program, which is not allowed; allow inputs that run programs, or put its output"
                            + " into a variable of the environment"));
        }
        InputAsker asker = sources.asker();
        if (asker != null) {
            return asker.ask(input, server)
                    .timeout(
                            sources.answerTimeout(),
                            Mono.error(() -> new VariableProblem("the input " + input.id() + " was not answered within "
                                    + sources.answerTimeout().toSeconds() + " s")));
        }
        return input.preset() != null
                ? Mono.just(input.preset())
                : Mono.error(new VariableProblem("the input " + input.id()
                        + " has to be asked for, and there is nobody to ask; run it where a person can answer, give the"
                        + " input a \"default\", or use a variable of the environment"));
    }
}
