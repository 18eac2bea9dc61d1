package dev.mcpflux.host.variable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of variables come from. Immutable; any thread may use it, as far as the sources may be used by any.
 */
public final class VariableSources {

    private static final UnaryOperator<@Nullable String> ENVIRONMENT = System::getenv;
    private static final VariableSources DEFAULTS = builder().build();

    private final UnaryOperator<@Nullable String> environment;
    private final List<InputDefinition> inputs;
    private final @Nullable InputAsker asker;
    private final @Nullable SecretStore secrets;
    private final @Nullable Path workspace;
    private final boolean commandInputs;
    private final Duration answerTimeout;

    private VariableSources(Builder from) {
        this.environment = Objects.requireNonNull(from.environment, "environment");
        this.inputs = List.copyOf(from.inputs);
        this.asker = from.asker;
        this.secrets = from.secrets;
        this.workspace = from.workspace;
        this.commandInputs = from.commandInputs;
        this.answerTimeout = Objects.requireNonNull(from.answerTimeout, "answerTimeout");
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("answerTimeout must be positive: " + answerTimeout);
        }
    }

    /** The environment of this process, no inputs, nobody to ask, and {@linkplain SecretStores#standard() standard secrets}. */
    public static VariableSources defaults() {
        return DEFAULTS;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these sources. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.environment = environment;
        builder.inputs = inputs;
        builder.asker = asker;
        builder.secrets = secrets;
        builder.workspace = workspace;
        builder.commandInputs = commandInputs;
        builder.answerTimeout = answerTimeout;
        return builder;
    }

    /** The value of a variable of the environment by its name, or null where it is not set; must not block. */
    public UnaryOperator<@Nullable String> environment() {
        return environment;
    }

    /** What the files declare as inputs. */
    public List<InputDefinition> inputs() {
        return inputs;
    }

    /** Who is asked for inputs; null for nobody: then an input without a default is an error. */
    public @Nullable InputAsker asker() {
        return asker;
    }

    /** Where secrets are looked up; null for {@link SecretStores#standard()}. */
    public @Nullable SecretStore secrets() {
        return secrets;
    }

    /**
     * What {@code ${workspaceFolder}} stands for. Null, the default, for the directory of the project that a file belongs to; for
     * a file of the user, and without one, where this process was started.
     */
    public @Nullable Path workspace() {
        return workspace;
    }

    /** Whether an input may run a program; default false. */
    public boolean commandInputs() {
        return commandInputs;
    }

    /** How long one answer, and one look-up of a secret, is waited for; default 10 minutes. */
    public Duration answerTimeout() {
        return answerTimeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VariableSources that
                && environment.equals(that.environment)
                && inputs.equals(that.inputs)
                && Objects.equals(asker, that.asker)
                && Objects.equals(secrets, that.secrets)
                && Objects.equals(workspace, that.workspace)
                && commandInputs == that.commandInputs
                && answerTimeout.equals(that.answerTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(environment, inputs, asker, secrets, workspace, commandInputs, answerTimeout);
    }

    @Override
    public String toString() {
        return "VariableSources[inputs=" + inputs + ", asker=" + (asker != null) + ", secrets=" + (secrets != null)
                + ", workspace=" + workspace + ", commandInputs=" + commandInputs + ", answerTimeout=" + answerTimeout
                + "]";
    }

    /** Collects sources. */
    public static final class Builder {
        private UnaryOperator<@Nullable String> environment = ENVIRONMENT;
        private List<InputDefinition> inputs = List.of();
        private @Nullable InputAsker asker;
        private @Nullable SecretStore secrets;
        private @Nullable Path workspace;
        private boolean commandInputs;
        private Duration answerTimeout = Duration.ofMinutes(10);

        private Builder() {}

        /** The value of a variable of the environment by its name, or null where it is not set; must not block. */
        public Builder environment(UnaryOperator<@Nullable String> values) {
            environment = values;
            return this;
        }

        /** What the files declare as inputs, in place of what was set before. */
        public Builder inputs(List<InputDefinition> definitions) {
            inputs = List.copyOf(definitions);
            return this;
        }

        /** Who is asked for inputs; null for nobody. */
        public Builder asker(@Nullable InputAsker value) {
            asker = value;
            return this;
        }

        /** Where secrets are looked up; null for {@link SecretStores#standard()}. */
        public Builder secrets(@Nullable SecretStore store) {
            secrets = store;
            return this;
        }

        /** What {@code ${workspaceFolder}} stands for; null for the directory of the project that a file belongs to. */
        public Builder workspace(@Nullable Path directory) {
            workspace = directory;
            return this;
        }

        /** Whether an input of the kind {@code command} may run its program. */
        public Builder commandInputs(boolean allowed) {
            commandInputs = allowed;
            return this;
        }

        /** How long one answer, and one look-up of a secret, is waited for. */
        public Builder answerTimeout(Duration limit) {
            answerTimeout = limit;
            return this;
        }

        public VariableSources build() {
            return new VariableSources(this);
        }
    }
}
