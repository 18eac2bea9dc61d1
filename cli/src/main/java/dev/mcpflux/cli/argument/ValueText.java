package dev.mcpflux.cli.argument;

import dev.mcpflux.text.SafeText;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Formats values and types of schemas, which are text of a server, on one line. */
final class ValueText {

    private static final int MAX_VALUE = 60;
    private static final int MAX_LISTED = 30;

    private ValueText() {}

    /** A value as it is written on the command line: text without quotes. */
    static String of(JsonNode value) {
        return SafeText.line(value.isString() ? value.stringValue() : value.toString(), MAX_VALUE);
    }

    /** {@code a, b or c}. */
    static String alternatives(List<JsonNode> values) {
        List<String> shown =
                values.stream().limit(MAX_LISTED).map(ValueText::of).toList();
        if (shown.size() < values.size()) {
            return String.join(", ", shown) + " or one of " + (values.size() - shown.size()) + " more";
        }
        return shown.size() < 2
                ? String.join("", shown)
                : String.join(", ", shown.subList(0, shown.size() - 1)) + " or " + shown.get(shown.size() - 1);
    }

    /** {@code integer or boolean}. */
    static String types(List<String> types) {
        return types.stream().map(type -> SafeText.line(type, MAX_VALUE)).collect(Collectors.joining(" or "));
    }
}
