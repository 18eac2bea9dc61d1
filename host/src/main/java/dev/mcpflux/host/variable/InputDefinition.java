package dev.mcpflux.host.variable;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that a user is asked for when a server that needs it starts: an entry of {@code inputs}.
 *
 * @param id what {@code ${input:id}} names
 * @param kind how it is answered
 * @param description the question for a person, or null
 * @param preset the answer if the user gives no other, and without asking where nobody can be asked; null for none
 * @param password whether the answer is hidden while it is typed
 * @param options what there is to choose from; for {@link Kind#PICK_STRING} only
 * @param command the program and its arguments, for {@link Kind#COMMAND} only
 * @param file the file that declares it, which it is for; null for all
 */
public record InputDefinition(
        String id,
        Kind kind,
        @Nullable String description,
        @Nullable String preset,
        boolean password,
        List<String> options,
        List<String> command,
        @Nullable Path file) {

    /** How an input is answered. */
    public enum Kind {
        /** A line of text: {@code promptString}. */
        PROMPT_STRING("promptString"),
        /** One of its options: {@code pickString}. */
        PICK_STRING("pickString"),
        /** What a program prints: {@code command}. It runs only where {@link VariableSources#commandInputs()} allows it. */
        COMMAND("command");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word for it in a file. */
        public String word() {
            return word;
        }
    }

    public InputDefinition {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        options = List.copyOf(options);
        command = List.copyOf(command);
        if (id.isBlank()) {
            throw new IllegalArgumentException("an input needs an id");
        }
        if (kind == Kind.PICK_STRING && options.isEmpty()) {
            throw new IllegalArgumentException("the input " + id + " needs options to choose from");
        }
        if (kind == Kind.PICK_STRING && preset != null && !options.contains(preset)) {
            throw new IllegalArgumentException("the default of the input " + id + " is none of its options");
        }
        if (kind == Kind.COMMAND && (command.isEmpty() || command.get(0).isBlank())) {
            throw new IllegalArgumentException("the input " + id + " needs a command");
        }
    }

    /** A line of text. */
    public static InputDefinition text(String id, @Nullable String description) {
        return new InputDefinition(id, Kind.PROMPT_STRING, description, null, false, List.of(), List.of(), null);
    }

    /** A line of text that is hidden while it is typed. */
    public static InputDefinition password(String id, @Nullable String description) {
        return new InputDefinition(id, Kind.PROMPT_STRING, description, null, true, List.of(), List.of(), null);
    }

    /** One of some options. */
    public static InputDefinition choice(String id, @Nullable String description, List<String> options) {
        return new InputDefinition(id, Kind.PICK_STRING, description, null, false, options, List.of(), null);
    }

    /** What a program prints, without the last line break. */
    public static InputDefinition command(String id, List<String> command) {
        return new InputDefinition(id, Kind.COMMAND, null, null, true, List.of(), command, null);
    }

    /** The same with a default. */
    public InputDefinition withPreset(@Nullable String value) {
        return new InputDefinition(id, kind, description, value, password, options, command, file);
    }

    /** The same for texts of one file only. */
    public InputDefinition withFile(@Nullable Path declaring) {
        return new InputDefinition(id, kind, description, preset, password, options, command, declaring);
    }

    /** Shows neither the default, which may be a secret, nor the arguments of a command. */
    @Override
    public String toString() {
        return "InputDefinition[" + id + ", " + kind.word() + (password ? ", password" : "") + "]";
    }
}
