package dev.mcpflux.host.config.document;

import java.util.List;

/** Adds and removes the entries of an object or an array in brackets; takes care of commas, comments and indentation. */
final class BracketEdit {

    /** The text of a new entry. */
    interface EntryText {

        /** In one line, or for a given indentation in several. */
        String of(boolean lines, String indent);
    }

    private final String text;
    private final Brackets brackets;
    private final String newLine;

    BracketEdit(String text, Brackets brackets) {
        this.text = text;
        this.brackets = brackets;
        this.newLine = TextLines.separator(text);
    }

    /**
     * Adds an entry at the end.
     *
     * @param spread whether it goes into a line of its own where the container is empty
     * @param unit by how much an entry is indented then
     */
    String add(Brackets.Value container, EntryText entry, boolean spread, String unit) {
        List<Brackets.Entry> entries = container.items();
        if (entries.isEmpty()) {
            return addFirst(container, entry, spread, unit);
        }
        Brackets.Entry last = entries.get(entries.size() - 1);
        Splices splices = new Splices(text);
        if (!TextLines.isFirst(text, last.start())) {
            return last.comma() < 0
                    ? splices.insert(last.end(), ", " + entry.of(false, "")).apply()
                    : splices.insert(last.tail(), " " + entry.of(false, "") + ",")
                            .apply();
        }
        String indent = TextLines.indent(text, last.start());
        if (last.comma() < 0) {
            splices.insert(last.end(), ",");
        }
        int comments = brackets.lineCommentsEnd(last.tail());
        int blanks = TextLines.skipBlanks(text, comments);
        return splices.insert(
                        TextLines.isEnd(text, blanks) ? blanks : comments,
                        newLine + indent + entry.of(true, indent) + (last.comma() < 0 ? "" : ","))
                .apply();
    }

    private String addFirst(Brackets.Value container, EntryText entry, boolean spread, String unit) {
        int close = container.end() - 1;
        String inside = text.substring(container.start() + 1, close);
        String indent = TextLines.indent(text, close);
        Splices splices = new Splices(text);
        if (inside.isBlank() && inside.indexOf('\n') < 0) {
            String within = spread
                    ? newLine + indent + unit + entry.of(true, indent + unit) + newLine + indent
                    : entry.of(false, "");
            return splices.replace(container.start() + 1, close, within).apply();
        }
        if (TextLines.isFirst(text, close)) {
            int line = TextLines.start(text, close);
            return splices.insert(line, indent + unit + entry.of(true, indent + unit) + newLine)
                    .apply();
        }
        return splices.insert(close, (inside.endsWith(" ") ? "" : " ") + entry.of(false, ""))
                .apply();
    }

    /** Removes an entry. */
    String remove(Brackets.Value container, int index) {
        List<Brackets.Entry> entries = container.items();
        Brackets.Entry entry = entries.get(index);
        Brackets.Entry previous = index == 0 ? null : entries.get(index - 1);
        Brackets.Entry next = index + 1 == entries.size() ? null : entries.get(index + 1);
        Splices splices = new Splices(text);
        int end = TextLines.skipBlanks(text, brackets.lineCommentsEnd(entry.tail()));
        boolean lastWithoutComma = next == null && entry.comma() < 0 && previous != null;
        if (lastWithoutComma && previous != null) {
            splices.delete(previous.comma(), previous.tail());
        }
        if (TextLines.isFirst(text, entry.start()) && TextLines.isEnd(text, end)) {
            int bound = previous == null ? container.start() + 1 : previous.tail();
            int start = brackets.attached(entry.start(), bound);
            return splices.delete(start, TextLines.next(text, end)).apply();
        }
        if (next != null) {
            boolean close = text.substring(entry.tail(), next.start()).isBlank()
                    && TextLines.skipBlanks(text, entry.tail()) == next.start();
            return splices.delete(entry.start(), close ? next.start() : entry.tail())
                    .apply();
        }
        if (previous != null && text.substring(previous.tail(), entry.start()).isBlank()) {
            return splices.delete(previous.tail(), entry.tail()).apply();
        }
        int start = entry.start();
        while (TextLines.isBlank(text.charAt(start - 1))) {
            start--;
        }
        return splices.delete(start, entry.tail()).apply();
    }
}
