package dev.mcpflux.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A difference between two JSON trees. The order of the members of an object does not count, and neither does the way in
 * which a number is written; the order of a list does.
 *
 * @param pointer the place (RFC 6901); empty for the whole tree
 * @param before the value in the first tree; null if there is none
 * @param after the value in the second tree; null if there is none
 */
public record JsonDifference(
        String pointer, @Nullable JsonNode before, @Nullable JsonNode after) {

    /**
     * The differences in the order of the first tree.
     *
     * @param limit the most differences that are returned; the rest is not looked for
     */
    public static List<JsonDifference> between(JsonNode before, JsonNode after, int limit) {
        List<JsonDifference> found = new ArrayList<>();
        compare("", before, after, limit, found);
        return List.copyOf(found);
    }

    /** Whether there is no difference. */
    public static boolean none(JsonNode before, JsonNode after) {
        return between(before, after, 1).isEmpty();
    }

    private static void compare(
            String pointer,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            int limit,
            List<JsonDifference> found) {
        if (found.size() >= limit) {
            return;
        }
        if (before == null || after == null) {
            if (before != null || after != null) {
                found.add(new JsonDifference(pointer, before, after));
            }
        } else if (before.isObject() && after.isObject()) {
            for (Map.Entry<String, JsonNode> member : before.properties()) {
                compare(
                        pointer + "/" + escaped(member.getKey()),
                        member.getValue(),
                        after.get(member.getKey()),
                        limit,
                        found);
            }
            for (Map.Entry<String, JsonNode> member : after.properties()) {
                if (!before.has(member.getKey())) {
                    compare(pointer + "/" + escaped(member.getKey()), null, member.getValue(), limit, found);
                }
            }
        } else if (before.isArray() && after.isArray()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(pointer + "/" + i, before.get(i), after.get(i), limit, found);
            }
        } else if (!same(before, after)) {
            found.add(new JsonDifference(pointer, before, after));
        }
    }

    private static boolean same(JsonNode before, JsonNode after) {
        return (before.isNumber() && after.isNumber())
                ? before.decimalValue().compareTo(after.decimalValue()) == 0
                : before.equals(after);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
