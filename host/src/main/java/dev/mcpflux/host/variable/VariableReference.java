package dev.mcpflux.host.variable;

import java.util.Objects;

/**
 * A variable that a text names, such as for a list of what a server needs.
 *
 * @param name the name of the variable of the environment, of the input or of the secret, or the path of the file; for a folder,
 *     what the text calls it
 * @param optional whether it has a default, or stands for nothing if it is not set
 */
public record VariableReference(Kind kind, String name, boolean optional) {

    /** Where the value comes from. */
    public enum Kind {
        /** A variable of the environment. */
        ENVIRONMENT("the environment variable "),
        /** An answer of the user. */
        INPUT("the input "),
        /** A store of secrets. */
        SECRET("the secret "),
        /** The content of a file. */
        FILE("the file "),
        /** A folder, or the separator of paths. */
        FOLDER("");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    public VariableReference {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
