package dev.mcpflux.cli.install;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that is ready to be written into a configuration file.
 *
 * @param name what it is called
 * @param entry its value under {@code mcpServers}
 * @param inputs what belongs under {@code inputs} of the file, for {@link SecretForm#INPUT}
 * @param secrets what the entry refers to, and has to be stored or set
 * @param notes what a person should know before the server is started, each on one line, safe to show
 */
public record Installation(
        String name, ObjectNode entry, List<ObjectNode> inputs, List<StoredSecret> secrets, List<String> notes) {

    public Installation {
        inputs = List.copyOf(inputs);
        secrets = List.copyOf(secrets);
        notes = List.copyOf(notes);
    }

    /** Shows no entry, which may hold secrets. */
    @Override
    public String toString() {
        return "Installation[" + name + ", " + secrets.size() + " secrets]";
    }

    /**
     * A secret that an entry refers to.
     *
     * @param form how it refers to it
     * @param name by which it has to be stored
     * @param question the id of the question that asks for it
     * @param value what has to be stored; null if nobody has answered yet
     */
    public record StoredSecret(
            SecretForm form,
            String name,
            String question,
            @Nullable String value) {

        /** What stands in the entry, such as {@code ${secret:weather_api_key}}. */
        public String reference() {
            return form.reference(name);
        }

        /** Does not show the value. */
        @Override
        public String toString() {
            return "StoredSecret[" + reference() + "]";
        }
    }
}
