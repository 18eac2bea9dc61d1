package dev.mcpflux.transport.http.headers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document. Its text is a JSON pointer (RFC 6901) that is safe to log: the names come from the server, so
 * characters that do not print are replaced, and of a long pointer only the end is shown.
 *
 * @param above the place of the object or array that holds it, null for the root
 * @param name the name or index there, empty for the root
 */
record JsonPlace(@Nullable JsonPlace above, String name) {

    static final JsonPlace ROOT = new JsonPlace(null, "");

    private static final int SHOWN = 200;

    static JsonPlace of(List<String> path) {
        JsonPlace place = ROOT;
        for (String name : path) {
            place = place.below(name);
        }
        return place;
    }

    JsonPlace below(String step) {
        return new JsonPlace(this, step);
    }

    /** The pointer in quotes; that of the root is empty. */
    @Override
    public String toString() {
        Deque<String> steps = new ArrayDeque<>();
        int length = 0;
        JsonPlace at = this;
        for (JsonPlace up = above; up != null && length <= SHOWN; up = at.above) {
            String step = "/" + at.name.replace("~", "~0").replace("/", "~1");
            steps.push(step);
            length += step.length();
            at = up;
        }
        String pointer = String.join("", steps);
        String shown = length > SHOWN ? "..." + pointer.substring(length - SHOWN) : pointer;
        return "'" + shown.replaceAll("[^\\p{Print}\\p{L}\\p{N}]", "?") + "'";
    }
}
