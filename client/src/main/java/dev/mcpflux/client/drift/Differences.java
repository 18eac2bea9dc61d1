package dev.mcpflux.client.drift;

import dev.mcpflux.internal.JsonDifference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns the differences of two values into a bounded number of drifts. */
final class Differences {

    /** The most drifts of one element or result; two values may have millions. */
    static final int MAX = 20;

    /** Creates the drift for one difference. */
    @FunctionalInterface
    interface Factory {
        Drift create(String pointer, @Nullable String recorded, @Nullable String live);
    }

    private Differences() {}

    static List<Drift> of(String subject, JsonNode recorded, JsonNode live, Factory factory) {
        List<JsonDifference> found = JsonDifference.between(recorded, live, MAX + 1);
        List<Drift> drifts = new ArrayList<>();
        for (JsonDifference one : found.subList(0, Math.min(MAX, found.size()))) {
            drifts.add(factory.create(one.pointer(), Shape.shown(one.before()), Shape.shown(one.after())));
        }
        if (found.size() > MAX) {
            drifts.add(new Drift.Omitted(subject));
        }
        return drifts;
    }

    /** The differences to the recorded value that is nearest to the live one. A value may have changed while it was recorded. */
    static <T> List<Drift> toNearest(List<T> recorded, Function<T, List<Drift>> compare) {
        return recorded.stream()
                .map(compare)
                .min(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }
}
