package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A random document with comments at random places, each with a number of its own. Laid out as people do: ends of lines,
 * indentation, trailing commas, blank lines, values in one line or in many.
 */
final class RandomDocument {

    private static final List<String> NAMES =
            List.of("a", "server", "x-y", "amp.x", "a b", "é😀", "1", "yes", "m/~", "q\"'");
    private static final List<String> NUMBERS = List.of("1", "0", "-7", "1.10", "2.50e3", "12345678901");
    private static final List<String> STRINGS = List.of(
            "npx",
            "",
            "# no comment",
            "// none",
            "a, b: c",
            "[x] {y}",
            "é😀\u2028",
            "\"quoted\" 'too'",
            "back\\slash",
            "line\nbreak",
            "true",
            "1.10",
            "/* x */",
            "${V}",
            " blank ",
            "- x",
            "tab\t");

    private final Random random;
    private final ConfigSyntax syntax;
    private final String newLine;
    private final String unit;
    private final StringBuilder text = new StringBuilder();
    private int comments;

    RandomDocument(Random random, ConfigSyntax syntax) {
        this.random = random;
        this.syntax = syntax;
        this.newLine = random.nextInt(3) == 0 ? "\r\n" : "\n";
        this.unit = syntax == ConfigSyntax.YAML
                ? " ".repeat(2 + random.nextInt(3))
                : List.of("  ", "    ", "\t", "").get(random.nextInt(4));
    }

    /** A new value: a scalar, a list, a table. */
    static Object value(Random random, int depth) {
        int kind = random.nextInt(depth > 2 ? 4 : 7);
        if (kind < 2) {
            return STRINGS.get(random.nextInt(STRINGS.size()));
        }
        if (kind == 2) {
            return new StringBuilder(NUMBERS.get(random.nextInt(NUMBERS.size())));
        }
        if (kind == 3) {
            return random.nextBoolean();
        }
        if (kind == 4) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(value(random, 3));
            }
            return list;
        }
        return table(random, depth + 1);
    }

    static Map<String, Object> table(Random random, int depth) {
        Map<String, Object> table = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            table.put(name(random), value(random, depth));
        }
        return table;
    }

    static String name(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    String write() {
        Map<String, Object> root = table(random, 0);
        if (random.nextInt(5) == 0) {
            text.append('\uFEFF');
        }
        switch (syntax) {
            case JSON, JSON5 -> {
                gap("");
                json(root, "", true);
                gap("");
            }
            case TOML -> toml(root, List.of(), true);
            case YAML -> {
                if (random.nextInt(5) == 0) {
                    text.append("---").append(newLine);
                }
                if (root.isEmpty()) {
                    text.append("{}");
                } else {
                    yaml(root, "");
                }
            }
        }
        return text.toString();
    }

    private String mark() {
        return " <" + comments++ + "> \"'{[,";
    }

    private boolean one(int of) {
        return random.nextInt(of) == 0;
    }

    /** Blank lines and comments in lines of their own. */
    private void lines(String indent) {
        while (one(4)) {
            if (one(3)) {
                text.append(newLine);
            } else if (syntax.isJson() && one(2)) {
                text.append(indent)
                        .append("/*")
                        .append(mark())
                        .append(one(3) ? newLine : "")
                        .append("*/")
                        .append(newLine);
            } else {
                text.append(indent)
                        .append(syntax.isJson() ? "//" : "#")
                        .append(mark())
                        .append(newLine);
            }
        }
    }

    /** Whatever may be between two tokens of JSON. */
    private void gap(String indent) {
        if (one(12)) {
            text.append(" /*").append(mark()).append("*/ ");
        } else if (one(20)) {
            text.append(" //").append(mark()).append(newLine).append(indent);
        } else if (one(10)) {
            text.append(' ');
        }
    }

    private static String quoted(String string) {
        return JsonText.string(string);
    }

    private void json(Object value, String indent, boolean spread) {
        if (value instanceof Map<?, ?> map) {
            jsonEntries(new ArrayList<>(map.entrySet()), indent, spread, '{', '}');
        } else if (value instanceof List<?> list) {
            jsonEntries(list, indent, spread && one(2), '[', ']');
        } else {
            text.append(value instanceof String string ? quoted(string) : value.toString());
        }
    }

    private void jsonEntries(List<?> entries, String indent, boolean parentSpread, char open, char close) {
        boolean spread = parentSpread && !one(4);
        String inner = indent + unit;
        text.append(open);
        if (spread) {
            text.append(newLine);
        }
        for (int i = 0; i < entries.size(); i++) {
            if (spread) {
                lines(inner);
                text.append(inner);
            } else {
                gap(inner);
            }
            if (entries.get(i) instanceof Map.Entry<?, ?> entry) {
                text.append(quoted((String) entry.getKey()));
                gap(inner);
                text.append(one(5) ? ":" : ": ");
                gap(inner);
                json(entry.getValue(), inner, spread);
            } else {
                json(entries.get(i), inner, spread);
            }
            gap(inner);
            text.append(i < entries.size() - 1 || one(4) ? "," : "");
            if (spread) {
                text.append(one(3) ? " //" + mark() : "").append(one(9) ? " " : newLine);
                if (text.charAt(text.length() - 1) == ' ') {
                    text.append(newLine);
                }
            } else {
                text.append(one(3) ? "" : " ");
            }
        }
        if (spread) {
            lines(inner);
            text.append(indent);
        } else {
            gap(indent);
        }
        text.append(close);
    }

    private static String tomlKey(List<String> path) {
        return TomlText.key(path);
    }

    private void toml(Map<String, Object> table, List<String> path, boolean pairs) {
        String indent = path.size() > 1 && unit.length() < 4 ? unit : "";
        Map<String, Map<String, Object>> tables = new LinkedHashMap<>();
        table.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map && !(pairs && one(3))) {
                @SuppressWarnings("unchecked")
                Map<String, Object> typed = (Map<String, Object>) map;
                tables.put(name, typed);
            } else {
                lines(indent);
                text.append(indent).append(tomlKey(List.of(name))).append(one(5) ? "=" : " = ");
                tomlValue(value, indent);
                text.append(one(3) ? " #" + mark() : "").append(newLine);
            }
        });
        tables.forEach((name, value) -> {
            lines("");
            List<String> own = new ArrayList<>(path);
            own.add(name);
            boolean header = value.isEmpty() || value.values().stream().anyMatch(v -> !(v instanceof Map)) || one(2);
            if (header) {
                text.append('[')
                        .append(tomlKey(own))
                        .append(']')
                        .append(one(3) ? " #" + mark() : "")
                        .append(newLine);
            }
            toml(value, own, header);
        });
    }

    private void tomlValue(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            text.append("{");
            int left = map.size();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(' ')
                        .append(tomlKey(List.of((String) entry.getKey())))
                        .append(" = ");
                tomlValue(entry.getValue(), null);
                text.append(--left > 0 ? "," : " ");
            }
            text.append("}");
        } else if (value instanceof List<?> list) {
            boolean spread = indent != null && one(2);
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                if (spread) {
                    text.append(newLine);
                    lines(indent + unit);
                    text.append(indent).append(unit);
                }
                tomlValue(list.get(i), null);
                text.append(i < list.size() - 1 ? ", " : one(2) ? "," : "");
                text.append(spread && one(2) ? " #" + mark() : "");
            }
            text.append(spread ? newLine + indent : "").append(']');
        } else if (value instanceof String string) {
            boolean literal = string.matches("[a-z#, :/]+") && one(2);
            text.append(literal ? "'" + string + "'" : quoted(string));
        } else {
            text.append(value);
        }
    }

    private void yaml(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            boolean first = true;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!first || indent.isEmpty()) {
                    lines(indent);
                }
                text.append(first && text.length() > 0 && text.charAt(text.length() - 1) == ' ' ? "" : indent);
                first = false;
                text.append(YamlText.string((String) entry.getKey())).append(':');
                yamlValue(entry.getValue(), indent);
            }
        } else {
            for (Object item : (List<?>) value) {
                lines(indent);
                text.append(indent).append("- ");
                yamlScalar(item);
            }
        }
    }

    private void yamlValue(Object value, String indent) {
        boolean empty =
                (value instanceof Map<?, ?> map && map.isEmpty()) || (value instanceof List<?> list && list.isEmpty());
        if ((value instanceof Map<?, ?> || value instanceof List<?>) && !empty && !one(4)) {
            text.append(one(4) ? " #" + mark() : "").append(newLine);
            String inner = value instanceof List<?> && one(2) ? indent : indent + unit;
            lines(inner);
            yaml(value, inner);
        } else if (value instanceof String string && string.matches("[^\u2028\t]*\\S") && one(3)) {
            text.append(" |").append(newLine);
            for (String line : string.split("\n")) {
                text.append(indent).append(unit).append(line).append(newLine);
            }
        } else {
            text.append(' ');
            yamlScalar(value);
        }
    }

    private void yamlScalar(Object value) {
        if (value instanceof String string && string.matches("[a-z#, :/]+") && one(2)) {
            text.append("'").append(string).append("'");
        } else {
            text.append(YamlText.line(Trees.node(value)));
        }
        text.append(one(3) ? " #" + mark() : "").append(newLine);
    }

    /** Values as nodes. */
    static final class Trees {

        private Trees() {}

        static JsonNode node(Object value) {
            if (value instanceof StringBuilder number) {
                return ConfigDocument.parse(number.toString(), ConfigSyntax.JSON)
                        .root();
            }
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            if (value instanceof Map<?, ?> map) {
                ObjectNode object = nodes.objectNode();
                map.forEach((name, member) -> object.set((String) name, node(member)));
                return object;
            }
            if (value instanceof List<?> list) {
                ArrayNode array = nodes.arrayNode();
                list.forEach(item -> array.add(node(item)));
                return array;
            }
            return value instanceof Boolean flag ? nodes.booleanNode(flag) : nodes.stringNode((String) value);
        }
    }
}
