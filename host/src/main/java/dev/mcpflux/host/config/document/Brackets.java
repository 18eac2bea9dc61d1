package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects and arrays in brackets of a text, with the offset of each key, value and comma. The text is known to be right: a
 * parser has read it.
 */
final class Brackets {

    /** How JSON and TOML differ. */
    interface Dialect {

        /** The offset after a comment that begins at an offset, without its end of line; the same offset if none does. */
        int commentEnd(String text, int at);

        /** The offset after the scalar that begins at an offset. */
        int scalarEnd(String text, int at);

        /** The offset after the key that begins at an offset. */
        int keyEnd(String text, int at);

        /** The names of a key; more than one for a dotted one. */
        List<String> names(String key);
    }

    /** A value, and its entries if it is an object or an array. */
    record Value(
            int start, int end, boolean object, @Nullable List<Entry> entries) {

        boolean isContainer() {
            return entries != null;
        }

        List<Entry> items() {
            return entries == null ? List.of() : entries;
        }
    }

    /**
     * A member or an item.
     *
     * @param start where its key begins, or the value of an item
     * @param comma the offset of the comma behind it; -1 without one
     */
    record Entry(int start, List<String> names, Value value, int comma) {

        int end() {
            return value.end;
        }

        /** The offset after it and its comma. */
        int tail() {
            return comma < 0 ? value.end : comma + 1;
        }
    }

    private final String text;
    private final Dialect dialect;

    Brackets(String text, Dialect dialect) {
        this.text = text;
        this.dialect = dialect;
    }

    /** The offset of what comes after blanks, ends of lines and comments. */
    int skipGap(int from) {
        int at = from;
        while (at < text.length()) {
            int comment = dialect.commentEnd(text, at);
            if (comment > at) {
                at = comment;
            } else if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\uFEFF') {
                at++;
            } else {
                break;
            }
        }
        return at;
    }

    /** The value that begins at an offset. */
    Value value(int start) {
        char first = text.charAt(start);
        if (first != '{' && first != '[') {
            return new Value(start, dialect.scalarEnd(text, start), false, null);
        }
        boolean object = first == '{';
        List<Entry> entries = new ArrayList<>();
        int at = skipGap(start + 1);
        while (text.charAt(at) != (object ? '}' : ']')) {
            int entry = at;
            List<String> names = List.of(String.valueOf(entries.size()));
            if (object) {
                int key = dialect.keyEnd(text, at);
                names = dialect.names(text.substring(at, key));
                // the colon or the equals sign
                at = skipGap(skipGap(key) + 1);
            }
            Value value = value(at);
            at = skipGap(value.end);
            int comma = -1;
            if (text.charAt(at) == ',') {
                comma = at;
                at = skipGap(at + 1);
            }
            entries.add(new Entry(entry, names, value, comma));
        }
        return new Value(start, at + 1, object, entries);
    }

    /** The comments between two offsets, each as its beginning and its end. */
    List<int[]> comments(int from, int to) {
        List<int[]> found = new ArrayList<>();
        int at = from;
        while (at < to) {
            int end = dialect.commentEnd(text, at);
            if (end > at) {
                found.add(new int[] {at, end});
                at = end;
            } else {
                at++;
            }
        }
        return found;
    }

    /** The offset after the comments in the same line. */
    int lineCommentsEnd(int from) {
        int end = from;
        int at = TextLines.skipBlanks(text, from);
        while (at < text.length()) {
            int comment = dialect.commentEnd(text, at);
            if (comment == at || text.substring(at, comment).indexOf('\n') >= 0) {
                break;
            }
            end = comment;
            at = TextLines.skipBlanks(text, comment);
        }
        return end;
    }

    /** The beginning of the comments directly above an offset; of the line of the offset where there are none. */
    int attached(int offset, int bound) {
        int first = TextLines.start(text, offset);
        List<int[]> above = comments(bound, offset);
        for (int i = above.size() - 1; i >= 0; i--) {
            int[] comment = above.get(i);
            if (comment[0] >= first) {
                continue;
            }
            int next = TextLines.skipBlanks(text, comment[1]);
            if (!TextLines.isEnd(text, next)
                    || TextLines.next(text, next) != first
                    || !TextLines.isFirst(text, comment[0])
                    || TextLines.start(text, comment[0]) < bound) {
                break;
            }
            first = TextLines.start(text, comment[0]);
        }
        return first;
    }
}
