package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes of a text by offsets of the text as it was. */
final class Splices {

    private record Splice(int start, int end, String text) {}

    private final String text;
    private final List<Splice> splices = new ArrayList<>();

    Splices(String text) {
        this.text = text;
    }

    Splices replace(int start, int end, String with) {
        splices.add(new Splice(start, end, with));
        return this;
    }

    Splices insert(int at, String inserted) {
        return replace(at, at, inserted);
    }

    Splices delete(int start, int end) {
        return replace(start, end, "");
    }

    String apply() {
        splices.sort(Comparator.comparingInt(Splice::start));
        StringBuilder changed = new StringBuilder(text.length() + 256);
        int at = 0;
        for (Splice splice : splices) {
            // what is removed already needs no second removal
            int start = Math.max(at, splice.start);
            changed.append(text, at, start).append(splice.text);
            at = Math.max(at, splice.end);
        }
        return changed.append(text, at, text.length()).toString();
    }
}
