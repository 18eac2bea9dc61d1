package dev.mcpflux.cli.watch;

import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.cli.terminal.TableLine;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@code watch} as lines for a terminal of a certain size. A pure function of its values: it knows no host,
 * no clock and no terminal.
 *
 * @param now the time for which countdowns are shown
 * @param uptime how long the command has run
 * @param source where the servers come from
 * @param events the latest events, oldest first
 * @param logs the latest log lines of the selected server, oldest first
 */
record WatchTable(
        Instant now, Duration uptime, String source, List<WatchRow> rows, List<String> events, List<String> logs) {

    /** Lines for what is below the table, where the terminal has room for them. */
    private static final int PANEL = 5;

    private static final int GAP = 2;

    /** The narrowest column for errors that is worth its place. */
    private static final int LEAST_ERROR = 12;

    private static final int MOST_NAME = 24;

    /** From this width on, states are shown with all their words. */
    private static final int WIDE = 100;

    /** Text that is wider is cut before it is measured. */
    private static final int MAX_TEXT = 4_000;

    WatchTable {
        rows = List.copyOf(rows);
        events = List.copyOf(events);
        logs = List.copyOf(logs);
    }

    private enum Column {
        NAME(false),
        STATE(false),
        GEN(true),
        UP(true),
        CALLS(true),
        QUEUED(true),
        P50(true),
        P99(true);

        final boolean right;

        Column(boolean right) {
            this.right = right;
        }
    }

    /** The columns that a narrow terminal goes without, the first one first. */
    private static final List<Column> SPARE = List.of(Column.QUEUED, Column.P50, Column.CALLS, Column.GEN, Column.P99);

    /** The lines of the whole screen; at most as many as the terminal has, each at most as wide. */
    List<TableLine> lines(WatchView view, ScreenSize size) {
        List<WatchRow> sorted = view.sort().sorted(rows);
        int selected = view.index(sorted);
        List<TableLine> top = new ArrayList<>();
        top.add(header(view, size.columns()));
        // the header, that of the table, a blank line, the title of the panel and the hint
        int room = size.lines() - 5;
        int shown = Math.max(1, Math.min(sorted.size(), Math.max(room - PANEL, room / 2)));
        int first = Math.max(0, Math.min(selected - shown / 2, sorted.size() - shown));
        top.addAll(table(sorted, selected, first, shown, size.columns()));
        top.add(TableLine.EMPTY);
        WatchRow row = sorted.isEmpty() ? null : sorted.get(selected);
        List<TableLine> lines = new ArrayList<>(top);
        int below = size.lines() - top.size() - 1;
        lines.addAll(panel(view.panel(), row, size.columns(), below));
        while (lines.size() < size.lines() - 1) {
            lines.add(TableLine.EMPTY);
        }
        List<TableLine> fitting = new ArrayList<>(lines.subList(0, Math.min(lines.size(), size.lines() - 1)));
        fitting.add(TableLine.of(TextColumns.cut(WatchKeys.HINT, size.columns()), Style.DIM));
        return fitting;
    }

    private TableLine header(WatchView view, int width) {
        Map<ServerState, Integer> counts = new EnumMap<>(ServerState.class);
        rows.forEach(row -> counts.merge(row.life().state(), 1, Integer::sum));
        int ready = counts.getOrDefault(ServerState.READY, 0);
        StringBuilder left = new StringBuilder(ready + "/" + rows.size() + " ready");
        counts.forEach((state, count) -> {
            if (state != ServerState.READY) {
                left.append(", ").append(count).append(' ').append(state);
            }
        });
        String paused = view.paused() ? "PAUSED  " : "";
        String order = "by " + view.sort() + "  ";
        String up = "up " + LifeText.age(uptime);
        String file = SafeText.line(source, 200);
        String name = file.substring(file.lastIndexOf('/') + 1);
        // what is less important is left out where it does not fit
        List<String> rights = List.of(
                paused + order + file + "  " + up,
                paused + order + name + "  " + up,
                paused + name + "  " + up,
                paused + up);
        String text = rights.stream()
                .filter(right -> TextColumns.width(left + right) + GAP <= width)
                .findFirst()
                .map(right -> left + " ".repeat(width - TextColumns.width(left + right)) + right)
                .orElseGet(() -> TextColumns.cut(paused + left, width));
        return TableLine.of(text, Style.BOLD);
    }

    private List<TableLine> table(List<WatchRow> sorted, int selected, int first, int shown, int width) {
        BiFunction<ServerLife, Instant, String> state = width < WIDE ? LifeText::brief : LifeText::state;
        List<Map<Column, String>> cells = new ArrayList<>();
        Map<Column, Integer> widths = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            widths.put(column, column.name().length());
        }
        for (WatchRow row : sorted) {
            Map<Column, String> own = cells(row, state, width);
            own.forEach((column, text) -> widths.merge(column, TextColumns.width(text), Math::max));
            cells.add(own);
        }
        List<Column> columns = fitting(widths, width);
        int rest = width - GAP - width(columns, widths) - GAP;
        List<TableLine> lines = new ArrayList<>();
        Map<Column, String> names = new EnumMap<>(Column.class);
        columns.forEach(column -> names.put(column, column.name()));
        lines.add(TableLine.of(cut(line(columns, widths, names) + "  LAST ERROR", width), Style.DIM));
        for (int i = first; i < Math.min(sorted.size(), first + shown); i++) {
            lines.add(row(sorted.get(i), i == selected, line(columns, widths, cells.get(i)), rest, width));
        }
        return lines;
    }

    private Map<Column, String> cells(WatchRow row, BiFunction<ServerLife, Instant, String> state, int width) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        cells.put(Column.NAME, cut(SafeText.line(row.name(), MAX_TEXT), Math.min(MOST_NAME, width / 5)));
        cells.put(Column.STATE, state.apply(row.life(), now));
        cells.put(Column.GEN, String.valueOf(row.life().generation()));
        cells.put(Column.UP, LifeText.age(Duration.between(row.since(), now)));
        cells.put(Column.CALLS, String.valueOf(row.calls()));
        cells.put(Column.QUEUED, String.valueOf(row.queued()));
        cells.put(Column.P50, row.trips().text(50));
        cells.put(Column.P99, row.trips().text(99));
        return cells;
    }

    /** The columns for which there is room beside the errors. */
    private static List<Column> fitting(Map<Column, Integer> widths, int width) {
        List<Column> columns = new ArrayList<>(List.of(Column.values()));
        for (Column spare : SPARE) {
            if (GAP + width(columns, widths) + GAP + LEAST_ERROR > width) {
                columns.remove(spare);
            }
        }
        return columns;
    }

    private static int width(List<Column> columns, Map<Column, Integer> widths) {
        return columns.stream()
                        .mapToInt(column -> widths.getOrDefault(column, 0) + GAP)
                        .sum()
                - GAP;
    }

    /** The row without its error; the first two columns are for the mark of the selection. */
    private static String line(List<Column> columns, Map<Column, Integer> widths, Map<Column, String> cells) {
        StringBuilder line = new StringBuilder("  ");
        for (Column column : columns) {
            String text = cells.getOrDefault(column, "");
            String blanks = " ".repeat(Math.max(0, widths.getOrDefault(column, 0) - TextColumns.width(text)));
            line.append(line.length() == GAP ? "" : "  ").append(column.right ? blanks + text : text + blanks);
        }
        return line.toString();
    }

    private static TableLine row(WatchRow row, boolean selected, String cells, int rest, int width) {
        String error = row.error() == null || rest < 1 ? "" : "  " + cut(SafeText.line(row.error(), MAX_TEXT), rest);
        String text = cut((selected ? "> " + cells.substring(GAP) : cells), width);
        if (selected) {
            String all = cut(text + error, width);
            return TableLine.of(all + " ".repeat(Math.max(0, width - TextColumns.width(all))), Style.REVERSE);
        }
        boolean over = row.life().error() == null;
        return TableLine.of(text, style(row.life().state())).with(error, over ? Style.DIM : Style.PLAIN);
    }

    private static Style style(ServerState state) {
        return switch (state) {
            case READY -> Style.GOOD;
            case FAILED, QUARANTINED -> Style.BAD;
            case BACKING_OFF, DEGRADED, STARTING -> Style.WARNING;
            default -> Style.DIM;
        };
    }

    /** The part below the table, at most this high. */
    private List<TableLine> panel(WatchView.Panel panel, @Nullable WatchRow row, int width, int height) {
        String name = row == null ? "" : SafeText.line(row.name(), MOST_NAME);
        return switch (panel) {
            case EVENTS -> latest("EVENTS", events, width, height);
            case LOGS -> latest("LOG OF " + name, logs, width, height);
            case HELP -> first("KEYS", WatchKeys.HELP, width, height);
            case ERROR -> first("LAST ERROR OF " + name, error(row, width), width, height);
        };
    }

    private static List<String> error(@Nullable WatchRow row, int width) {
        if (row == null || row.details() == null) {
            return List.of("none");
        }
        List<String> lines = new ArrayList<>();
        SafeText.text(SafeText.shortened(row.details(), MAX_TEXT))
                .lines()
                .forEach(line -> lines.addAll(TextColumns.wrap(line.replace('\t', ' '), width)));
        return lines;
    }

    private static List<TableLine> latest(String title, List<String> all, int width, int height) {
        return first(title, all.subList(Math.max(0, all.size() - Math.max(0, height - 1)), all.size()), width, height);
    }

    private static List<TableLine> first(String title, List<String> all, int width, int height) {
        List<TableLine> lines = new ArrayList<>();
        if (height > 0) {
            lines.add(TableLine.of(cut(title, width), Style.DIM));
        }
        all.stream().limit(Math.max(0, height - 1)).forEach(text -> lines.add(TableLine.of(cut(safe(text), width))));
        return lines;
    }

    /** One line that keeps its indentation. */
    private static String safe(String text) {
        return SafeText.text(
                        SafeText.shortened(text, MAX_TEXT).replace('\n', ' ').replace('\t', ' '))
                .stripTrailing();
    }

    private static String cut(String text, int width) {
        return TextColumns.cut(text, width);
    }
}
