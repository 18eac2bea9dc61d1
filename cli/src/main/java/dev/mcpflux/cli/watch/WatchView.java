package dev.mcpflux.cli.watch;

import dev.mcpflux.host.server.ServerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person has chosen to see in the table of {@code watch}. Immutable.
 *
 * @param selected the name of the selected server; null for the first one
 */
record WatchView(Sort sort, @Nullable String selected, boolean paused, Panel panel) {

    static final WatchView FIRST = new WatchView(Sort.NAME, null, false, Panel.EVENTS);

    /** What is below the table. */
    enum Panel {
        EVENTS,
        LOGS,
        ERROR,
        HELP
    }

    /** The order of the rows. */
    enum Sort {
        NAME,
        /** What needs a person comes first. */
        STATE,
        /** The slowest first. */
        P99;

        private Comparator<WatchRow> order() {
            Comparator<WatchRow> byName = Comparator.comparing(WatchRow::name);
            return switch (this) {
                case NAME -> byName;
                case STATE ->
                    Comparator.<WatchRow>comparingInt(row -> urgency(row.life().state()))
                            .thenComparing(byName);
                case P99 ->
                    Comparator.<WatchRow>comparingLong(row ->
                                    row.trips().isEmpty() ? 1 : -row.trips().percentile(99))
                            .thenComparing(byName);
            };
        }

        private static int urgency(ServerState state) {
            return switch (state) {
                case FAILED -> 0;
                case QUARANTINED -> 1;
                case BACKING_OFF -> 2;
                case DEGRADED -> 3;
                case STARTING -> 4;
                case PENDING -> 5;
                case CLOSING, CLOSED -> 6;
                case READY -> 7;
                case IDLE -> 8;
                case DISABLED -> 9;
            };
        }

        List<WatchRow> sorted(List<WatchRow> rows) {
            List<WatchRow> all = new ArrayList<>(rows);
            all.sort(order());
            return all;
        }

        Sort next() {
            return switch (this) {
                case NAME -> STATE;
                case STATE -> P99;
                case P99 -> NAME;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The place of the selected server; 0 if it is not there any more. */
    int index(List<WatchRow> sorted) {
        for (int i = 0; i < sorted.size(); i++) {
            if (sorted.get(i).name().equals(selected)) {
                return i;
            }
        }
        return 0;
    }

    WatchView select(@Nullable String server) {
        return new WatchView(sort, server, paused, panel);
    }

    WatchView sorted() {
        return new WatchView(sort.next(), selected, paused, panel);
    }

    WatchView pause() {
        return new WatchView(sort, selected, !paused, panel);
    }

    /** Shows this below the table, or the events again if it is shown already. */
    WatchView toggle(Panel other) {
        return new WatchView(sort, selected, paused, panel == other ? Panel.EVENTS : other);
    }
}
