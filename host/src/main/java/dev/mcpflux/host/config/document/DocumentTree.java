package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What a reader of a syntax fills: the values of a text, their places, and what is odd. Counts, so that a tree is bounded. */
final class DocumentTree {

    /** A reader of one syntax. */
    interface Reader {

        /**
         * Reads a text without a byte-order mark. Returns the root, or a missing node for a text without any value.
         *
         * @throws DocumentException if the text is not of the syntax
         */
        JsonNode read(String text, DocumentTree tree);
    }

    final Map<String, DocumentPlace> places = new HashMap<>();
    final Map<String, String> literals = new HashMap<>();
    final List<DocumentWarning> warnings = new ArrayList<>();
    final LineIndex lines;

    /** How far the offsets of the readers are from those of the whole text: the length of the byte-order mark. */
    private final int shift;

    private int values;

    DocumentTree(LineIndex lines, int shift) {
        this.lines = lines;
        this.shift = shift;
    }

    static JsonNode nothing() {
        return MissingNode.getInstance();
    }

    /** Counts a value that begins at an offset, and looks how deep it is. */
    void enter(int depth, int offset) {
        if (depth > ConfigDocument.MAX_DEPTH) {
            throw problem(offset, "it is nested deeper than " + ConfigDocument.MAX_DEPTH + " levels");
        }
        if (++values > ConfigDocument.MAX_VALUES) {
            throw problem(offset, "it has more than " + ConfigDocument.MAX_VALUES + " values");
        }
    }

    /** Counts from the beginning. */
    void restart() {
        values = 0;
    }

    /** Notes a value that is shown where it begins. */
    void place(String pointer, int start, int end) {
        place(pointer, start, start, end);
    }

    /** Notes a value that is shown at another offset, such as that of its key. */
    void place(String pointer, int shown, int start, int end) {
        places.put(
                pointer,
                new DocumentPlace(
                        lines.line(shown),
                        lines.column(shown),
                        start < 0 ? -1 : start + shift,
                        end < 0 ? -1 : end + shift));
    }

    void duplicate(String pointer) {
        warnings.add(new DocumentWarning(pointer, "it is given twice; the last one counts"));
    }

    DocumentException problem(int offset, String reason) {
        return new DocumentException(lines.line(offset), lines.column(offset), reason);
    }
}
