package dev.mcpflux.cli;

import dev.mcpflux.cli.terminal.TextColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a terminal of some width shows of the few sequences that the command uses for lines: the begin of the line, its end
 * cleared, styles, and lines that are broken where the terminal ends. Anything else is a failure.
 */
final class ScreenModel {

    private static final Pattern STYLE = Pattern.compile("\033\\[([0-9;]*)m");

    /** One column: a character with its marks, or nothing behind a wide one. */
    private record Cell(String text, String style) {}

    private final int columns;
    private final List<List<Cell>> lines = new ArrayList<>(List.of(new ArrayList<>()));
    private int column;
    private String style = "";

    ScreenModel(int columns) {
        this.columns = columns;
    }

    ScreenModel print(String text) {
        for (int i = 0; i < text.length(); ) {
            Matcher styled = STYLE.matcher(text).region(i, text.length());
            if (text.startsWith("\033[K", i)) {
                List<Cell> line = line();
                line.subList(Math.min(column, line.size()), line.size()).clear();
                i += 3;
            } else if (styled.lookingAt()) {
                style = styled.group(1).equals("0") ? "" : styled.group(1);
                i = styled.end();
            } else {
                int c = text.codePointAt(i);
                print(c);
                i += Character.charCount(c);
            }
        }
        return this;
    }

    private void print(int c) {
        if (c == '\r') {
            column = 0;
        } else if (c == '\n') {
            lines.add(new ArrayList<>());
            column = 0;
        } else if (c < ' ' || c == 0x7F) {
            throw new AssertionError("a control character reaches the terminal: " + c);
        } else {
            put(Character.toString(c));
        }
    }

    private void put(String character) {
        int width = TextColumns.width(character);
        if (column + width > columns) {
            print('\n');
        }
        List<Cell> line = line();
        while (line.size() < column + width) {
            line.add(new Cell(" ", ""));
        }
        line.set(column, new Cell(character, style));
        if (width == 2) {
            line.set(column + 1, new Cell("", style));
        }
        column += width;
    }

    private List<Cell> line() {
        return lines.get(lines.size() - 1);
    }

    /** The text alone. */
    String text() {
        return shown(false);
    }

    /** The text, with styles as {@code <31|…>}. */
    String styled() {
        return shown(true);
    }

    private String shown(boolean styles) {
        return lines.stream().map(line -> shown(line, styles).stripTrailing()).collect(Collectors.joining("\n"));
    }

    private static String shown(List<Cell> line, boolean styles) {
        StringBuilder text = new StringBuilder();
        String open = "";
        for (Cell cell : line) {
            if (styles && !cell.style().equals(open)) {
                text.append(open.isEmpty() ? "" : ">").append(cell.style().isEmpty() ? "" : "<" + cell.style() + "|");
                open = cell.style();
            }
            text.append(cell.text());
        }
        return text + (open.isEmpty() ? "" : ">");
    }
}
