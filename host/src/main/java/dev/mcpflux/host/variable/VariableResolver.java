package dev.mcpflux.host.variable;

import dev.mcpflux.error.McpException;
import dev.mcpflux.host.variable.VariableValues.Key;
import dev.mcpflux.host.variable.VariableValues.Missing;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Obtains values of variables for the servers of one host. Remembers what was answered to inputs, and nothing else: the
 * environment, files and secrets are read anew for each start. Any thread may use it.
 */
public final class VariableResolver {

    /** The most values that one start may ask for or read. */
    private static final int MAX_VALUES = 256;

    private static final int MAX_FILE = 1 << 20;

    private final VariableSources sources;

    // made when they are first needed; guarded by this
    private @Nullable Inputs inputs;
    private @Nullable SecretStore secrets;

    public VariableResolver(VariableSources sources) {
        this.sources = sources;
    }

    /**
     * Work that needs values of variables.
     *
     * @param server the server that it is for
     * @param work is done again from its beginning each time a value was obtained that it needed, until it needs no more
     * @return emits the result of the work, or its exception. Emits on the subscriber's thread, before {@code subscribe} returns,
     *     if all values are of the environment; a file or a secret is read on {@link Schedulers#boundedElastic()}.
     *     <em>Cancellation</em> ends a question or a program that is running for it.
     */
    public <T> Mono<T> resolve(String server, Function<VariableValues, T> work) {
        return Mono.defer(() -> attempt(server, values(), work));
    }

    private VariableValues values() {
        return new VariableValues(sources, true, Warnings.LOG);
    }

    private <T> Mono<T> attempt(String server, VariableValues values, Function<VariableValues, T> work) {
        try {
            return Mono.just(work.apply(values));
        } catch (Missing missing) {
            if (values.size() >= MAX_VALUES) {
                throw missing.problem.apply("the server needs more than " + MAX_VALUES + " values from outside");
            }
            return obtain(missing.key, server)
                    .map(Optional::of)
                    .defaultIfEmpty(Optional.empty())
                    .onErrorMap(e -> problem(missing, e))
                    .flatMap(value -> {
                        values.put(missing.key, value.orElse(null));
                        return attempt(server, values, work);
                    });
        }
    }

    private static Throwable problem(Missing missing, Throwable e) {
        if (e instanceof McpException) {
            return e;
        }
        String text = e instanceof VariableProblem known
                ? known.problem()
                // its message may be anything
                : missing.key.kind().label() + missing.key.name() + " could not be obtained: "
                        + e.getClass().getName();
        return missing.problem.apply(text);
    }

    private Mono<String> obtain(Key key, String server) {
        return switch (key.kind()) {
            case INPUT -> inputs().answer(key.name(), key.style(), key.file(), server);
            case SECRET -> Mono.defer(() -> secrets().secret(key.name())).subscribeOn(Schedulers.boundedElastic());
            default ->
                Mono.fromCallable(() -> content(key.name(), key.style() == VariableStyle.NONE))
                        .subscribeOn(Schedulers.boundedElastic());
        };
    }

    private synchronized Inputs inputs() {
        if (inputs == null) {
            inputs = new Inputs(sources);
        }
        return inputs;
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

    /** Loads the logger with the first warning. */
    private static final class Warnings implements Consumer<String> {
        static final Warnings LOG = new Warnings();

        @Override
        public void accept(String warning) {
            LoggerFactory.getLogger(VariableResolver.class).warn("{}", warning);
        }
    }
}
