package dev.mcpflux.cli.argument;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Values of earlier results that an argument may refer to. They are inserted after the form of a word is known, so that a
 * text of a server is never read as the name of a file.
 */
public interface References {

    /** Text without references. */
    References NONE = new References() {
        @Override
        public String text(String text) {
            return text;
        }

        @Override
        public @Nullable JsonNode value(String text) {
            return null;
        }
    };

    /** The text with each reference replaced by its value. */
    String text(String text);

    /** The value of a text that is nothing but one reference; null for any other text. */
    @Nullable
    JsonNode value(String text);
}
