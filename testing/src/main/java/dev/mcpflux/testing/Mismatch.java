package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Describes line by line how a message differs from what a script expects. */
final class Mismatch {

    /** Beyond this a table of all pairs of lines would cost more than it shows. */
    private static final int DIFF_LINES = 400;

    private Mismatch() {}

    /**
     * @param script what the script expects in all, in order
     * @param position which of these is due, from 0; the length of the script where nothing more is
     * @param due what is expected at that position, or null
     * @param why why the message was refused though its method is the expected one, or null
     */
    static String describe(
            String peer,
            List<String> script,
            int position,
            JsonNode came,
            String label,
            ScriptStep.@Nullable Expect due,
            @Nullable String why) {
        boolean over = position >= script.size();
        StringBuilder text = new StringBuilder("peer '" + peer + "' stopped " + place(position, script.size()));
        text.append("\n  expected: ").append(over ? "nothing more" : script.get(position));
        text.append("\n  received: ").append(label);
        if (why != null) {
            text.append("\n  because:  ").append(why);
        }
        text.append("\n  script:");
        for (int i = 0; i < script.size(); i++) {
            text.append(i == position ? "\n    > " : "\n      ")
                    .append(i + 1)
                    .append(' ')
                    .append(script.get(i));
        }
        if (due == null || due.params() == null) {
            text.append("\n  the message:");
            lines(came).forEach(line -> text.append("\n      ").append(line));
        } else {
            text.append("\n  the message (- expected, + came):");
            // the id is the client's to choose, so it is no difference
            ObjectNode expected = McpJson.mapper().createObjectNode();
            came.properties().stream()
                    .filter(member -> !member.getKey().equals("method")
                            && !member.getKey().equals("params"))
                    .forEach(member -> expected.set(member.getKey(), member.getValue()));
            expected.put("method", due.method());
            expected.set("params", due.params());
            diff(lines(expected), lines(sortedLike(expected, came)))
                    .forEach(line -> text.append("\n    ").append(line));
        }
        return text.toString();
    }

    /** Where a script is, in words. */
    static String place(int position, int steps) {
        return position >= steps
                ? "after the last of " + steps + " steps"
                : "at step " + (position + 1) + " of " + steps;
    }

    /** The members in the order of the model, so that order alone makes no difference between lines. */
    private static JsonNode sortedLike(JsonNode model, JsonNode value) {
        if (!model.isObject() || !value.isObject()) {
            return value;
        }
        ObjectNode sorted = McpJson.mapper().createObjectNode();
        model.propertyNames().stream()
                .filter(value::has)
                .forEach(member -> sorted.set(member, sortedLike(model.path(member), value.path(member))));
        value.properties().stream()
                .filter(member -> !model.has(member.getKey()))
                .forEach(member -> sorted.set(member.getKey(), member.getValue()));
        return sorted;
    }

    private static List<String> lines(JsonNode node) {
        return McpJson.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(node)
                .lines()
                .toList();
    }

    /** Common lines with two blanks before them, the others with what they are: a longest common subsequence. */
    static List<String> diff(List<String> expected, List<String> came) {
        List<String> lines = new ArrayList<>();
        if (expected.size() > DIFF_LINES || came.size() > DIFF_LINES) {
            expected.forEach(line -> lines.add("- " + line));
            came.forEach(line -> lines.add("+ " + line));
            return lines;
        }
        int[][] common = new int[expected.size() + 1][came.size() + 1];
        for (int i = expected.size() - 1; i >= 0; i--) {
            for (int j = came.size() - 1; j >= 0; j--) {
                common[i][j] = expected.get(i).equals(came.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < expected.size() || j < came.size()) {
            if (i < expected.size() && j < came.size() && expected.get(i).equals(came.get(j))) {
                lines.add("  " + expected.get(i++));
                j++;
            } else if (j == came.size() || (i < expected.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + expected.get(i++));
            } else {
                lines.add("+ " + came.get(j++));
            }
        }
        return lines;
    }
}
