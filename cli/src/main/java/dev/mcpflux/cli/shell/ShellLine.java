package dev.mcpflux.cli.shell;

import java.util.ArrayList;
import java.util.List;
import org.jline.reader.CompletingParsedLine;

/** A line with a cursor, as JLine sees it. */
final class ShellLine implements CompletingParsedLine {

    private final String line;
    private final int cursor;
    private final List<String> words;
    private final int index;
    private final String prefix;
    private final int begin;
    private final int end;

    ShellLine(String line, int cursor) {
        this.line = line;
        this.cursor = Math.min(cursor, line.length());
        List<LineWords.Word> all = LineWords.of(line).words();
        List<LineWords.Word> typed =
                LineWords.of(line.substring(0, this.cursor)).words();
        LineWords.Word last = typed.isEmpty() ? null : typed.get(typed.size() - 1);
        List<String> texts =
                new ArrayList<>(all.stream().map(LineWords.Word::text).toList());
        boolean within = last != null && last.end() == this.cursor && typed.size() <= all.size();
        if (within && last != null) {
            this.index = typed.size() - 1;
            this.prefix = last.text();
            this.begin = last.begin();
            this.end = all.get(index).end();
        } else {
            this.index = Math.min(typed.size(), texts.size());
            this.prefix = "";
            this.begin = this.cursor;
            this.end = this.cursor;
            texts.add(index, "");
        }
        this.words = List.copyOf(texts);
    }

    /** The words before the one at the cursor. */
    List<String> before() {
        return words.subList(0, index);
    }

    /** The words behind the one at the cursor. */
    List<String> after() {
        return words.subList(Math.min(words.size(), index + 1), words.size());
    }

    /** The word at the cursor, up to the cursor. */
    String prefix() {
        return prefix;
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
        return LineWords.escaped(candidate.toString());
    }

    @Override
    public int rawWordCursor() {
        return cursor - begin;
    }

    @Override
    public int rawWordLength() {
        return end - begin;
    }

    @Override
    public String word() {
        return words.get(index);
    }

    @Override
    public int wordCursor() {
        return prefix.length();
    }

    @Override
    public int wordIndex() {
        return index;
    }

    @Override
    public List<String> words() {
        return words;
    }

    @Override
    public String line() {
        return line;
    }

    @Override
    public int cursor() {
        return cursor;
    }
}
