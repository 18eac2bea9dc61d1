package dev.mcpflux.host.filter;

import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Resources;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pages of kept parts, and what is found in them. */
final class KeptPages {

    private static final int MAX_MATCHES = 100;
    private static final int CONTEXT_LINES = 2;

    /** In UTF-16 units: so much of a long line is shown on each side of what was found. */
    private static final int CONTEXT_CHARS = 200;

    private KeptPages() {}

    /** What a URI asks for. A page of text is no larger than the room. */
    static Resources.ReadResourceResult read(String uri, KeptUri wanted, KeptPart part, JsonSize room) {
        String text = part.text();
        if (text == null) {
            return blob(uri, wanted, part);
        }
        String search = wanted.search();
        return search == null
                ? page(uri, wanted, part.mimeType(), text, room)
                : result(uri, "text/plain", cut(found(text, search), room), null, null);
    }

    private static String cut(String text, JsonSize room) {
        return text.substring(0, room.fitting(text, 0));
    }

    private static Resources.ReadResourceResult page(
            String uri, KeptUri wanted, @Nullable String mimeType, String text, JsonSize room) {
        int from = start(text, Math.min(wanted.offset(), text.length()));
        int length = room.fitting(text, from);
        if (wanted.limit() >= 0 && wanted.limit() < length) {
            length = start(text, from + wanted.limit()) - from;
        }
        if (length == 0 && from < text.length()) {
            // however small the limits are, reading page after page ends
            length = Character.charCount(text.codePointAt(from));
        }
        int end = from + length;
        ObjectNode meta = JsonNodeFactory.instance
                .objectNode()
                .put("dev.mcpflux/offset", from)
                .put("dev.mcpflux/total", text.length());
        if (end < text.length()) {
            meta.put("dev.mcpflux/next", KeptUri.page(wanted.id(), wanted.part(), end, wanted.limit()));
        }
        return result(uri, mimeType, text.substring(from, end), null, meta);
    }

    /** Before a pair of surrogates, where a place is within it. */
    private static int start(String text, int at) {
        boolean within = at > 0
                && at < text.length()
                && Character.isLowSurrogate(text.charAt(at))
                && Character.isHighSurrogate(text.charAt(at - 1));
        return within ? at - 1 : at;
    }

    private static Resources.ReadResourceResult blob(String uri, KeptUri wanted, KeptPart part) {
        String blob = String.valueOf(part.blob());
        if (wanted.offset() > 0 || wanted.limit() >= 0) {
            byte[] bytes = Base64.getMimeDecoder().decode(blob);
            int from = Math.min(wanted.offset(), bytes.length);
            int end = wanted.limit() < 0 ? bytes.length : (int) Math.min(bytes.length, (long) from + wanted.limit());
            blob = Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, from, end));
        }
        return result(uri, part.mimeType(), null, blob, null);
    }

    private static Resources.ReadResourceResult result(
            String uri,
            @Nullable String mimeType,
            @Nullable String text,
            @Nullable String blob,
            @Nullable ObjectNode meta) {
        return new Resources.ReadResourceResult(
                List.of(new Content.ResourceContents(uri, mimeType, text, blob, meta)), null, null, null);
    }

    // -- search

    /** Lines that contain a text, each with its number and the offset of its beginning, and the lines around them. */
    private static String found(String text, String search) {
        String[] lines = text.split("\n", -1);
        String wanted = search.toLowerCase(Locale.ROOT);
        StringBuilder found = new StringBuilder();
        int matches = 0;
        int written = -1;
        int offset = 0;
        int[] offsets = new int[lines.length];
        for (int i = 0; i < lines.length; i++) {
            offsets[i] = offset;
            offset += lines[i].length() + 1;
        }
        for (int i = 0; i < lines.length && matches < MAX_MATCHES; i++) {
            // a line may be the whole text: each place in it counts
            String lower = lines[i].toLowerCase(Locale.ROOT);
            int at = lower.indexOf(wanted);
            if (at < 0) {
                continue;
            }
            int before = Math.max(written + 1, i - CONTEXT_LINES);
            if (before > written + 1 && written >= 0) {
                found.append("--\n");
            }
            for (int line = before; line < i; line++) {
                append(found, '-', line, offsets[line], lines[line], 0);
            }
            for (int last = -1; at >= 0 && matches < MAX_MATCHES; at = lower.indexOf(wanted, at + 1)) {
                if (last < 0 || at > last + CONTEXT_CHARS) {
                    append(found, ':', i, offsets[i] + Math.max(0, at - CONTEXT_CHARS), lines[i], at);
                    matches++;
                    last = at;
                }
            }
            written = i;
            for (int line = i + 1; line <= Math.min(i + CONTEXT_LINES, lines.length - 1); line++) {
                if (lines[line].toLowerCase(Locale.ROOT).contains(wanted)) {
                    break;
                }
                append(found, '-', line, offsets[line], lines[line], 0);
                written = line;
            }
        }
        return matches == 0
                ? "nothing in " + text.length() + " characters contains it"
                : found.append(matches == MAX_MATCHES ? "there may be more" : "there is no more")
                        .toString();
    }

    private static void append(StringBuilder found, char mark, int line, int offset, String text, int at) {
        int from = Math.max(0, at - CONTEXT_CHARS);
        int to = Math.min(text.length(), at + CONTEXT_CHARS);
        found.append(line + 1)
                .append(mark)
                .append(" (offset ")
                .append(offset)
                .append(") ")
                .append(from > 0 ? "…" : "")
                .append(text, start(text, from), start(text, to))
                .append(to < text.length() ? "…" : "")
                .append('\n');
    }
}
