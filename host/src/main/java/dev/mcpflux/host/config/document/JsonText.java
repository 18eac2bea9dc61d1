package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Values as JSON.
 *
 * @param unit by how much each level is indented
 */
record JsonText(String unit, String newLine) {

    private static final int LONGEST_ARRAY = 100;

    /** In one line. */
    static String line(JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (value.isObject()) {
            value.forEachEntry((name, member) -> parts.add(string(name) + ": " + line(member)));
            return "{" + String.join(", ", parts) + "}";
        }
        if (value.isArray()) {
            value.forEach(item -> parts.add(line(item)));
            return "[" + String.join(", ", parts) + "]";
        }
        return scalar(value);
    }

    /** In lines; short arrays of scalars in one. */
    String spread(JsonNode value, String indent) {
        return lines(value, indent, false);
    }

    /** In lines, the array itself too. */
    String allLines(JsonNode value, String indent) {
        return lines(value, indent, true);
    }

    private String lines(JsonNode value, String indent, boolean all) {
        if (!value.isContainer() || value.isEmpty()) {
            return line(value);
        }
        if (value.isArray()
                && !all
                && line(value).length() <= LONGEST_ARRAY
                && value.valueStream().noneMatch(JsonNode::isContainer)) {
            return line(value);
        }
        String inner = indent + unit;
        List<String> parts = new ArrayList<>();
        if (value.isObject()) {
            value.forEachEntry((name, member) -> parts.add(inner + string(name) + ": " + lines(member, inner, false)));
        } else {
            value.forEach(item -> parts.add(inner + lines(item, inner, false)));
        }
        String within = String.join("," + newLine, parts);
        return (value.isObject() ? "{" : "[") + newLine + within + newLine + indent + (value.isObject() ? "}" : "]");
    }

    static String string(String text) {
        return JsonReader.MAPPER.writeValueAsString(text);
    }

    /** A string, number, boolean or null. */
    static String scalar(JsonNode value) {
        boolean finite = !value.isFloatingPointNumber() || Double.isFinite(value.doubleValue());
        if (!finite || !(value.isString() || value.isNumber() || value.isBoolean() || value.isNull())) {
            throw new DocumentException("the new value has no form in this syntax");
        }
        return JsonReader.MAPPER.writeValueAsString(value);
    }
}
