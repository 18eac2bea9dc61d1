package dev.mcpflux.cli;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** JSON that a person writes, and what is wrong with it in words for that person. */
final class JsonText {

    /** Takes a text that is one JSON value, and none that only begins with one. */
    private static final ObjectReader READER =
            Output.JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonText() {}

    /** The value, or null where the text is not one value of JSON. */
    static @Nullable JsonNode tryRead(String text) {
        try {
            JsonNode node = READER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Why a text is not one value of JSON, by line and column; null where it is, or where it is empty. */
    static @Nullable String problem(String text) {
        try {
            JsonNode ignored = READER.readTree(text);
            return null;
        } catch (StreamConstraintsException e) {
            return "it is nested too deeply, or holds a number or name that is too long";
        } catch (JacksonException e) {
            return problem(text, e.getLocation());
        }
    }

    private static String problem(String text, @Nullable TokenStreamLocation location) {
        int at = location == null ? -1 : (int) Math.min(location.getCharOffset(), text.length());
        if (location == null || at < 0) {
            return "it cannot be read";
        }
        // the place is sometimes that of the character, and sometimes behind it
        String rest = text.substring(at).strip();
        if (rest.isEmpty()) {
            return "it ends too early, in line " + location.getLineNr();
        }
        String word = rest.lines().findFirst().orElse("");
        return "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": '" + Columns.cut(word, 20)
                + "' is not expected there";
    }
}
