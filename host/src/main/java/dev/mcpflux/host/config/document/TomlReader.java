package dev.mcpflux.host.config.document;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlEntry;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads TOML. Dates and times are strings, as they stand in the text. */
final class TomlReader implements DocumentTree.Reader {

    static final TomlParseOptions OPTIONS = TomlParseOptions.defaults().withMaxNestingDepth(ConfigDocument.MAX_DEPTH);

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Override
    public JsonNode read(String text, DocumentTree tree) {
        TomlParseResult result = Toml.parse(text, OPTIONS.withoutSource());
        if (result.hasErrors()) {
            TomlParseError error = first(result.errors());
            throw tree.problem(
                    offset(error.position(), tree),
                    "it is not TOML: " + ParserMessage.safe(String.valueOf(error.getMessage())));
        }
        if (result.isEmpty()) {
            return DocumentTree.nothing();
        }
        tree.place("", 0, text.length());
        return table(result, "", 1, new Source(text, tree));
    }

    private record Source(String text, DocumentTree tree) {}

    private static TomlParseError first(List<TomlParseError> errors) {
        TomlParseError first = errors.get(0);
        for (TomlParseError error : errors) {
            TomlPosition at = error.position();
            TomlPosition best = first.position();
            if (at.line() < best.line() || (at.line() == best.line() && at.column() < best.column())) {
                first = error;
            }
        }
        return first;
    }

    private static int offset(@Nullable TomlPosition position, DocumentTree tree) {
        return position == null ? 0 : tree.lines.ofPoint(position.line(), position.column());
    }

    private static ObjectNode table(TomlTable table, String pointer, int depth, Source source) {
        ObjectNode object = NODES.objectNode();
        Set<Map.Entry<String, Object>> members = table.entrySet();
        for (Map.Entry<String, Object> member : members) {
            List<String> key = List.of(member.getKey());
            JsonNode value = value(
                    member.getValue(),
                    table.entry(key),
                    table.inputPositionOf(key),
                    ConfigDocument.member(pointer, member.getKey()),
                    depth + 1,
                    source);
            object.set(member.getKey(), value);
        }
        return object;
    }

    private static JsonNode value(
            Object value,
            @Nullable TomlEntry entry,
            @Nullable TomlPosition key,
            String pointer,
            int depth,
            Source source) {
        DocumentTree tree = source.tree;
        // a table that only headers of its members make has no value of its own
        TomlPosition own =
                entry == null || entry.value() == null ? null : entry.value().position();
        int start = offset(own == null ? key : own, tree);
        tree.enter(value instanceof TomlTable || value instanceof TomlArray ? depth : 0, start);
        if (value instanceof TomlTable table) {
            tree.place(pointer, start, start, -1);
            return table(table, pointer, depth, source);
        }
        if (value instanceof TomlArray array) {
            tree.place(pointer, start, start, -1);
            ArrayNode items = NODES.arrayNode(array.size());
            for (int i = 0; i < array.size(); i++) {
                String item = pointer + "/" + i;
                items.add(value(array.get(i), array.entry(i), array.inputPositionOf(i), item, depth + 1, source));
            }
            return items;
        }
        int end = TomlText.scalarEnd(source.text, start);
        tree.place(pointer, start, end);
        if (value instanceof String string) {
            return NODES.stringNode(string);
        }
        String literal = source.text.substring(start, end);
        if (value instanceof Boolean flag) {
            tree.literals.put(pointer, literal);
            return NODES.booleanNode(flag);
        }
        if (value instanceof Long number) {
            tree.literals.put(pointer, literal);
            return number == number.intValue() ? NODES.numberNode(number.intValue()) : NODES.numberNode(number);
        }
        if (value instanceof Double number) {
            tree.literals.put(pointer, literal);
            return NODES.numberNode(number);
        }
        return NODES.stringNode(literal);
    }
}
