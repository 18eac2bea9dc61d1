package dev.mcpflux.jsonrpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the parts left out of one message; keeps the first ones and counts the rest. */
public final class DroppedParts {

    private static final int KEPT = 20;

    private final List<DroppedPart> parts = new ArrayList<>();
    private int more;

    /** Adds one; see {@link DroppedPart}. */
    public void add(CharSequence pointer, @Nullable String element, String reason) {
        if (parts.size() < KEPT) {
            parts.add(new DroppedPart(pointer.toString(), element, reason));
        } else {
            more++;
        }
    }

    /** Whether nothing was left out. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The first parts, followed by one that counts the rest, if there is any. */
    public List<DroppedPart> toList() {
        List<DroppedPart> all = new ArrayList<>(parts);
        if (more > 0) {
            all.add(new DroppedPart("", null, more + " more parts could not be used"));
        }
        return List.copyOf(all);
    }
}
