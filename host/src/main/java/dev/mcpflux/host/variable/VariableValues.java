package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariableReference.Kind;
import dev.mcpflux.text.SafeText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values of variables for one start of one server. What has to be asked for, or read from a file or a store, is obtained
 * by {@link VariableResolver#resolve}, which does the work again then. For one thread at a time.
 */
public final class VariableValues {

    /** What is not there yet; the resolver obtains it. Never leaves this package. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient Key key;
        final transient Function<String, ? extends RuntimeException> problem;

        Missing(Key key, Function<String, ? extends RuntimeException> problem) {
            super(null, null, false, false);
            this.key = key;
            this.problem = problem;
        }
    }

    /**
     * A value that takes time.
     *
     * @param name of the input or the secret, or the absolute path of the file
     * @param file for inputs, the file that names it; otherwise null
     * @param style for inputs, whether it has to be declared; for files, {@code NONE} keeps the line break at the end
     */
    record Key(Kind kind, String name, @Nullable Path file, VariableStyle style) {}

    /** Loaded with the first warning. */
    private static final class Warnings {
        static final Logger LOG = LoggerFactory.getLogger(VariableResolver.class);
    }

    /** A value that was obtained, or that there is none. */
    private record Obtained(@Nullable String value) {}

    private final VariableSources sources;
    private final boolean complete;
    private final Map<String, String> found = new HashMap<>();
    private final Set<String> warned = new HashSet<>();
    private @Nullable Map<Key, Obtained> obtained;

    VariableValues(VariableSources sources, boolean complete) {
        this.sources = sources;
        this.complete = complete;
    }

    /**
     * Values that are there at once: those of the environment, and folders. Any other variable is an error.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     */
    public static VariableValues ofEnvironment(UnaryOperator<@Nullable String> variables) {
        return new VariableValues(
                VariableSources.builder().environment(variables).build(), false);
    }

    /**
     * A text with its variables replaced.
     *
     * @param file the file that it comes from, or null
     * @param problem makes the exception of what is wrong, which quotes no value
     */
    public String expand(
            String text,
            VariableStyle style,
            @Nullable Path file,
            Function<String, ? extends RuntimeException> problem) {
        if (!style.mayHoldVariables(text)) {
            return text;
        }
        try {
            return new Expansion(
                            style,
                            (kind, name) -> value(kind, name, style, file, problem),
                            sources.secrets() == null,
                            warning -> {
                                String placed =
                                        String.valueOf(problem.apply(warning).getMessage());
                                // the work may be done again
                                if (complete && warned.add(placed)) {
                                    Warnings.LOG.warn("{}", SafeText.line(placed));
                                }
                            })
                    .expand(text);
        } catch (IllegalArgumentException e) {
            throw problem.apply(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable String value(
            Kind kind,
            String name,
            VariableStyle style,
            @Nullable Path file,
            Function<String, ? extends RuntimeException> problem) {
        switch (kind) {
            case ENVIRONMENT:
                return found("env:" + name, sources.environment().apply(name));
            case FOLDER:
                return Folders.value(name, file, sources.workspace());
            case FILE:
                return found(
                        "file:" + name,
                        obtained(new Key(kind, path(name, file).toString(), null, VariableStyle.MCPFLUX), problem));
            case SECRET:
                // secrets of Continue are variables of the environment as well
                String own =
                        style == VariableStyle.CONTINUE ? sources.environment().apply(name) : null;
                return found(
                        "secret:" + name,
                        own != null ? own : obtained(new Key(kind, name, null, VariableStyle.MCPFLUX), problem));
            default:
                if (style == VariableStyle.REGISTRY && Inputs.declared(sources, name, file) == null) {
                    return null;
                }
                return found("input:" + name, obtained(new Key(kind, name, file, style), problem));
        }
    }

    private static Path path(String name, @Nullable Path file) {
        try {
            return Folders.resolve(name, file);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a path: " + e.getReason(), e);
        }
    }

    /**
     * The variables of a file of {@code NAME=value} lines.
     *
     * @param problem makes the exception of what is wrong with the file, which quotes no value
     */
    public Map<String, String> environmentFile(Path path, Function<String, ? extends RuntimeException> problem) {
        String name = path.toAbsolutePath().toString();
        try {
            String content = obtained(new Key(Kind.FILE, name, null, VariableStyle.NONE), problem);
            return content == null ? Map.of() : DotEnv.parse(content);
        } catch (IllegalArgumentException e) {
            throw problem.apply("the file " + name + ", " + e.getMessage());
        }
    }

    /** The values that were put in, which may be secrets, by the names of their variables. */
    public Map<String, String> found() {
        return Map.copyOf(found);
    }

    private @Nullable String found(String name, @Nullable String value) {
        if (value != null) {
            String before = found.putIfAbsent(name, value);
            if (before != null && !before.equals(value)) {
                // two files have an input of one id
                found.put(name + "'", value);
            }
        }
        return value;
    }

    private @Nullable String obtained(Key key, Function<String, ? extends RuntimeException> problem) {
        Obtained known = obtained == null ? null : obtained.get(key);
        if (known != null) {
            return known.value();
        }
        if (!complete) {
            throw new IllegalArgumentException(key.kind().label() + key.name()
                    + " is only known when the server starts, and this is needed before");
        }
        throw new Missing(key, problem);
    }

    /** Keeps what was obtained; null if there is no such value. */
    void put(Key key, @Nullable String value) {
        if (obtained == null) {
            obtained = new HashMap<>();
        }
        obtained.put(key, new Obtained(value));
    }

    int size() {
        return obtained == null ? 0 : obtained.size();
    }
}
