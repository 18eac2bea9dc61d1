package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Values as YAML.
 *
 * @param unit by how much each level is indented
 */
record YamlText(String unit, String newLine) {

    /** What needs no quotes in any version of YAML. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*");

    private static final Set<String> WORDS =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf");

    static String string(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        // what JSON escapes, and what YAML takes for the end of a line or does not take at all
        return plain ? text : escaped(JsonText.string(text));
    }

    private static String escaped(String json) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean special =
                    (c >= 0x7F && c <= 0xA0) || c == '\u2028' || c == '\u2029' || c >= '\uFFFE' || c == '\uFEFF';
            escaped.append(special ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return escaped.toString();
    }

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
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            return Double.isNaN(value.doubleValue()) ? ".nan" : value.doubleValue() > 0 ? ".inf" : "-.inf";
        }
        return value.isString() ? string(value.stringValue()) : JsonText.scalar(value);
    }

    /** A key with its value; the first line without its indentation, the last one without its end. */
    String member(String name, JsonNode value, String indent) {
        return string(name) + ":" + after(value, indent);
    }

    /** What comes after a colon. */
    String after(JsonNode value, String indent) {
        if (!value.isContainer() || value.isEmpty()) {
            return " " + line(value);
        }
        String inner = indent + unit;
        return newLine + inner + block(value, inner);
    }

    /** A block; the first line without its indentation, the last one without its end. */
    String block(JsonNode value, String indent) {
        if (!value.isContainer() || value.isEmpty()) {
            return line(value);
        }
        List<String> parts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(item -> parts.add(item(item, indent)));
        } else {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                parts.add(member(member.getKey(), member.getValue(), indent));
            }
        }
        return String.join(newLine + indent, parts);
    }

    /** An item of a sequence. */
    String item(JsonNode value, String indent) {
        return "- " + block(value, indent + "  ");
    }
}
