package dev.mcpflux.jsonrpc;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * A part of a message that could not be used and was left out.
 *
 * @param pointer its place: a JSON pointer (RFC 6901) relative to the result or the parameters of the message
 * @param element the name or the URI of its element, if it has one
 * @param reason why it could not be used
 */
public record DroppedPart(String pointer, @Nullable String element, String reason) {

    private static final int LONGEST = 200;

    public DroppedPart {
        pointer = shorten(pointer);
        element = element == null ? null : shorten(element);
        reason = shorten(reason);
    }

    /** The text appears in logs and terminals: without line breaks and control sequences. */
    private static String shorten(String text) {
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return SafeText.line(shown);
    }

    @Override
    public String toString() {
        return pointer + (element == null ? "" : " of '" + element + "'") + ": " + reason;
    }
}
