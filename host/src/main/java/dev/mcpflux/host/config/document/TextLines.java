package dev.mcpflux.host.config.document;

/** The lines around an offset, and how a text is laid out. */
final class TextLines {

    private TextLines() {}

    /** The end of line that a text uses. */
    static String separator(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                return "\n";
            }
            if (text.charAt(i) == '\r') {
                return text.startsWith("\r\n", i) ? "\r\n" : "\r";
            }
        }
        return "\n";
    }

    static boolean isEnd(String text, int at) {
        return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    /** The offset of the first character of a line. */
    static int start(String text, int offset) {
        int at = offset;
        while (at > 0 && !isEnd(text, at - 1) && text.charAt(at - 1) != '\uFEFF') {
            at--;
        }
        return at;
    }

    /** The offset of the end of line, or of the end of the text. */
    static int end(String text, int offset) {
        int at = offset;
        while (!isEnd(text, at)) {
            at++;
        }
        return at;
    }

    /** The offset of the next line. */
    static int next(String text, int offset) {
        int end = end(text, offset);
        if (end == text.length()) {
            return end;
        }
        return text.startsWith("\r\n", end) ? end + 2 : end + 1;
    }

    /** The blanks at the beginning of the line of an offset. */
    static String indent(String text, int offset) {
        int start = start(text, offset);
        return text.substring(start, skipBlanks(text, start));
    }

    static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether there are only blanks before an offset in its line. */
    static boolean isFirst(String text, int offset) {
        return skipBlanks(text, start(text, offset)) >= offset;
    }

    static boolean isBlankLine(String text, int lineStart) {
        return lineStart < text.length() && isEnd(text, skipBlanks(text, lineStart));
    }

    /**
     * The first of the lines directly above an offset that are comments by themselves; the line of the offset where there are
     * none.
     *
     * @param bound no line that begins before it is a comment
     */
    static int attached(String text, int offset, int bound, String comment) {
        int first = start(text, offset);
        while (first > bound && first > 0) {
            int above = start(text, first - (text.startsWith("\r\n", first - 2) ? 2 : 1));
            if (above < bound || above >= first || !text.startsWith(comment, skipBlanks(text, above))) {
                return first;
            }
            first = above;
        }
        return first;
    }

    /** A line of its own at the end of a text: begins one where the text does not end with one. */
    static String atEnd(String text, String lines) {
        boolean open = !text.isEmpty() && !text.equals("\uFEFF") && !isEnd(text, text.length() - 1);
        return text + (open ? separator(text) : "") + lines;
    }
}
