package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.terminal.TextColumns;
import java.util.ArrayList;
import java.util.List;

/** Formats arguments as lines: the name and the type of each, and its description below. */
public final class ArgumentList {

    private static final int MAX_NAME_COLUMN = 24;
    private static final int MIN_WIDTH = 20;
    private static final String INDENT = "  ";

    private ArgumentList() {}

    /**
     * The lines, wrapped and indented.
     *
     * @param width the columns of the terminal
     */
    public static List<String> lines(List<ArgumentRow> rows, int width) {
        int column = names(rows);
        List<String> lines = new ArrayList<>();
        for (ArgumentRow row : rows) {
            lines.add(brief(row, column));
            String description = row.description();
            if (description != null && !description.isEmpty()) {
                String indent = INDENT.repeat(3);
                TextColumns.wrap(description, Math.max(MIN_WIDTH, width - indent.length()))
                        .forEach(line -> lines.add(indent + line));
            }
        }
        return lines;
    }

    /** One line for each argument, without its description. */
    public static List<String> brief(List<ArgumentRow> rows) {
        int column = names(rows);
        return rows.stream().map(row -> brief(row, column)).toList();
    }

    private static int names(List<ArgumentRow> rows) {
        return rows.stream()
                .mapToInt(row -> TextColumns.width(row.name()))
                .filter(width -> width <= MAX_NAME_COLUMN)
                .max()
                .orElse(0);
    }

    private static String brief(ArgumentRow row, int column) {
        String padding = " ".repeat(Math.max(0, column - TextColumns.width(row.name())) + 2);
        return INDENT + row.name() + padding + row.summary();
    }
}
