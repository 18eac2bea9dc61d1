package dev.mcpflux.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured: every number of every run. */
final class Results {

    private record Key(String caseId, Contender contender, String metric) {}

    private final Map<Key, List<Double>> values = new LinkedHashMap<>();
    private final StringBuilder raw = new StringBuilder("row\tclient\trepetition\tmetric\tvalue\n");

    void add(Case row, Contender contender, int repetition, String metric, double value) {
        values.computeIfAbsent(new Key(row.id(), contender, metric), key -> new ArrayList<>())
                .add(value);
        raw.append(String.join("\t", row.id(), contender.id(), "" + repetition, metric, "" + value))
                .append('\n');
    }

    @Nullable
    Double median(Case row, Contender contender, String metric) {
        List<Double> all = values.get(new Key(row.id(), contender, metric));
        if (all == null) {
            return null;
        }
        List<Double> sorted = new ArrayList<>(all);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Every number, tab-separated. */
    String raw() {
        return raw.toString();
    }
}
