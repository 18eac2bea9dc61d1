package dev.mcpflux.host.variable;

import dev.mcpflux.error.McpException;
import dev.mcpflux.host.variable.VariableValues.Key;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Obtains the values that take time: inputs, secrets and files. Not loaded for a host that needs none. */
final class SlowValues {

    private static final int MAX_FILE = 1 << 20;

    private final VariableSources sources;
    private final Inputs inputs;

    /** Guarded by this. */
    private @Nullable SecretStore secrets;

    SlowValues(VariableSources sources) {
        this.sources = sources;
        this.inputs = new Inputs(sources);
    }

    private static Throwable problem(Key key, Throwable e, Function<String, ? extends RuntimeException> problem) {
        if (e instanceof McpException) {
            return e;
        }
        String text = e instanceof VariableProblem known
                ? known.problem()
                // its message may be anything
                : key.kind().label() + key.name() + " could not be obtained: "
                        + e.getClass().getName();
        return problem.apply(text);
    }

    /**
     * Obtains a value.
     *
     * @param problem makes the exception of what is wrong
     * @return emits the value, or that there is none
     */
    Mono<Optional<String>> obtain(Key key, String server, Function<String, ? extends RuntimeException> problem) {
        return value(key, server)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .onErrorMap(e -> problem(key, e, problem));
    }

    private Mono<String> value(Key key, String server) {
        return switch (key.kind()) {
            case INPUT -> inputs.answer(key.name(), key.style(), key.file(), server);
            case SECRET ->
                Mono.defer(() -> secrets().secret(key.name()))
                        .subscribeOn(Schedulers.boundedElastic())
                        .timeout(
                                sources.answerTimeout(),
                                Mono.error(
                                        () -> new VariableProblem("the secret " + key.name() + " was not found within "
                                                + sources.answerTimeout().toSeconds() + " s")));
            default ->
                Mono.fromCallable(() -> content(key.name(), key.style() == VariableStyle.NONE))
                        .subscribeOn(Schedulers.boundedElastic());
        };
    }

    private synchronized SecretStore secrets() {
        if (secrets == null) {
            SecretStore set = sources.secrets();
            secrets = set == null ? SecretStores.standard() : set;
        }
        return secrets;
    }

    private static String content(String name, boolean whole) {
        try {
            Path path = Path.of(name);
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new VariableProblem("expected a file, found something else: " + name);
            }
            if (Files.size(path) > MAX_FILE) {
                throw new VariableProblem("the file " + name + " is longer than " + MAX_FILE + " bytes");
            }
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return whole ? text : SecretProgram.withoutLineBreak(text);
        } catch (NoSuchFileException e) {
            throw new VariableProblem("there is no file " + name);
        } catch (CharacterCodingException e) {
            throw new VariableProblem("the file " + name + " is not UTF-8 text");
        } catch (IOException | InvalidPathException e) {
            throw new VariableProblem(
                    "the file " + name + " cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
