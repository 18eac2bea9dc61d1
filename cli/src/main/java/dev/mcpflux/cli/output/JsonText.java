package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.jsonrpc.McpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** JSON typed by a person, with error messages for that person. */
public final class JsonText {

    /** Reads text that is exactly one JSON value, without anything behind it. */
    private static final ObjectReader READER =
            McpJson.mapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonText() {}

    /** The value, or null if the text is not one JSON value. */
    public static @Nullable JsonNode tryRead(String text) {
        try {
            JsonNode node = READER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Why the text is not one JSON value, with line and column; null if it is one, or is empty. */
    public static @Nullable String problem(String text) {
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
        // the reported position is sometimes that of the character, and sometimes behind it
        String rest = text.substring(at).strip();
        if (rest.isEmpty()) {
            return "it ends too early, in line " + location.getLineNr();
        }
        String word = rest.lines().findFirst().orElse("");
        return "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": '" + TextColumns.cut(word, 20)
                + "' is not expected there";
    }
}
