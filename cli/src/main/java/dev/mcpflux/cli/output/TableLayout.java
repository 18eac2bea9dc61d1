package dev.mcpflux.cli.output;

import dev.mcpflux.cli.output.Listing.Column;
import dev.mcpflux.cli.output.Listing.Room;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays a table out: columns as wide as their widest cell, and shortened where that is more than the terminal has. */
final class TableLayout {

    /** A cell may be wider than its column; a name longer than this is not typed by anybody. */
    private static final int MAX_CELL = 400;

    /** A wider cell does not widen its column where lines may be of any length. */
    private static final int MAX_COLUMN = 60;

    private static final int GAP = 2;
    private static final int LAST = 20;
    private static final int NARROW = 8;
    private static final int NARROWEST = 4;

    private record Cell(String text, Style style) {}

    private final int columns;
    private final boolean fits;
    private final boolean shortens;
    private final boolean colours;

    /**
     * A layout.
     *
     * @param columns the width of the terminal, or of the longest line of a file
     * @param fits whether each line has to fit; otherwise the last column alone is shortened
     * @param shortens whether text is shortened at all
     */
    TableLayout(int columns, boolean fits, boolean shortens, boolean colours) {
        this.columns = columns;
        this.fits = fits;
        this.shortens = shortens;
        this.colours = colours;
    }

    <T> String lines(List<Column<T>> all, List<T> entries, boolean wide) {
        List<Column<T>> shown = new ArrayList<>(all.stream()
                .filter(column -> wide || column.room() != Room.WIDE)
                .toList());
        List<List<Cell>> rows = rows(shown, entries);
        int[] widths = widths(rows, shown.size());
        if (fits && shortens) {
            for (int c = shown.size() - 1; c > 0 && least(widths) > columns; c--) {
                if (shown.get(c).room() == Room.SPACE) {
                    shown.remove(c);
                    rows = rows(shown, entries);
                    widths = widths(rows, shown.size());
                }
            }
            shrink(widths);
        } else if (shortens) {
            limitLast(rows, widths);
        }
        StringBuilder text = new StringBuilder();
        for (List<Cell> row : rows) {
            text.append(row(row, widths)).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static <T> List<List<Cell>> rows(List<Column<T>> columns, List<T> entries) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(columns.stream()
                .map(column -> new Cell(column.header(), Style.BOLD))
                .toList());
        for (T entry : entries) {
            rows.add(columns.stream()
                    .map(column -> new Cell(
                            SafeText.line(Output.orDash(column.text().apply(entry)), MAX_CELL),
                            column.style().apply(entry)))
                    .toList());
        }
        return rows;
    }

    private static int[] widths(List<List<Cell>> rows, int columns) {
        int[] widths = new int[columns];
        for (List<Cell> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], TextColumns.width(row.get(c).text()));
            }
        }
        return widths;
    }

    /** Lines may be of any length: only the last column is shortened, and one huge cell does not move all others. */
    private void limitLast(List<List<Cell>> rows, int[] widths) {
        int before = 0;
        for (int c = 0; c < widths.length - 1; c++) {
            int column = c;
            widths[c] = rows.stream()
                    .mapToInt(row -> TextColumns.width(row.get(column).text()))
                    .filter(width -> width <= MAX_COLUMN)
                    .max()
                    .orElse(0);
            before += widths[c] + GAP;
        }
        widths[widths.length - 1] = Math.max(LAST, columns - before);
    }

    private static int total(int[] widths) {
        return Arrays.stream(widths).sum() + GAP * (widths.length - 1);
    }

    private int least(int[] widths) {
        int[] least = new int[widths.length];
        for (int c = 0; c < widths.length; c++) {
            least[c] = least(widths, c);
        }
        return total(least);
    }

    /** How narrow a column may become before others are left out: a name has to be read, and best be typed. */
    private int least(int[] widths, int c) {
        return Math.min(widths[c], c == 0 ? columns / 2 : c == widths.length - 1 ? LAST : NARROW);
    }

    private void shrink(int[] widths) {
        int[] least = new int[widths.length];
        for (int c = 0; c < widths.length; c++) {
            least[c] = least(widths, c);
        }
        while (total(widths) > columns && narrowWidest(widths, least)) {}
        Arrays.fill(least, NARROWEST);
        while (total(widths) > columns && narrowWidest(widths, least)) {}
    }

    /** Makes the widest column that may still become narrower narrower by one; false if there is none. */
    private static boolean narrowWidest(int[] widths, int[] least) {
        int widest = -1;
        for (int c = 0; c < widths.length; c++) {
            if (widths[c] > least[c] && (widest < 0 || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        if (widest < 0) {
            return false;
        }
        widths[widest]--;
        return true;
    }

    private String row(List<Cell> cells, int[] widths) {
        StringBuilder text = new StringBuilder();
        int blanks = 0;
        for (int c = 0; c < cells.size(); c++) {
            boolean last = c == cells.size() - 1;
            Cell cell = cells.get(c);
            boolean cut = shortens && (last || fits);
            String shown = cut ? TextColumns.cut(cell.text(), widths[c]) : cell.text();
            if (!shown.isEmpty()) {
                text.append(" ".repeat(blanks)).append(cell.style().of(shown, colours));
                blanks = 0;
            }
            blanks += Math.max(0, widths[c] - TextColumns.width(shown)) + GAP;
        }
        return text.toString();
    }
}
