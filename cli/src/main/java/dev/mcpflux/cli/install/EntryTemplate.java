package dev.mcpflux.cli.install;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts answers into the tree of a {@link Draft}. */
final class EntryTemplate {

    /** {@code ${input:ID}}; two dollars before the brace stand for one, without a variable. */
    private static final Pattern INPUT = Pattern.compile("(?<!\\$)\\$\\{input:([^}]*)}");

    private static final Pattern ENVIRONMENT =
            Pattern.compile("(?<!\\$)\\$\\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?}");

    /** Variables of editors, which are no secrets. */
    private static final Set<String> PLACES =
            Set.of("workspaceFolder", "workspaceFolderBasename", "userHome", "pathSeparator");

    private EntryTemplate() {}

    /**
     * The tree with the answers in it.
     *
     * @param answers for each question its values, as templates; none for one that has no answer. A question that is no key
     *     stays as it is
     */
    static ObjectNode filled(ObjectNode tree, Map<String, List<String>> answers) {
        ObjectNode filled = McpJson.mapper().createObjectNode();
        for (Map.Entry<String, JsonNode> member : tree.properties()) {
            JsonNode value = value(member.getValue(), answers);
            if (value != null) {
                filled.set(member.getKey(), value);
            }
        }
        return filled;
    }

    private static @Nullable JsonNode value(JsonNode node, Map<String, List<String>> answers) {
        if (node instanceof ObjectNode object) {
            return filled(object, answers);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode filled = McpJson.mapper().createArrayNode();
            array.forEach(element -> elements(element, answers, filled));
            return filled;
        }
        if (!node.isString()) {
            return node;
        }
        List<String> texts = texts(node.asString(), answers);
        return texts.isEmpty() ? null : McpJson.mapper().getNodeFactory().stringNode(String.join(",", texts));
    }

    /** One element of an array: no word where an answer is missing, several for several answers. */
    private static void elements(JsonNode element, Map<String, List<String>> answers, ArrayNode to) {
        if (element instanceof ArrayNode group) {
            List<List<String>> columns = new ArrayList<>();
            int rows = 1;
            for (JsonNode word : group) {
                List<String> texts = texts(word.asString(), answers);
                columns.add(texts);
                rows = texts.isEmpty() || rows == 0 ? 0 : Math.max(rows, texts.size());
            }
            for (int row = 0; row < rows; row++) {
                for (List<String> column : columns) {
                    to.add(column.get(Math.min(row, column.size() - 1)));
                }
            }
        } else if (element.isString()) {
            texts(element.asString(), answers).forEach(to::add);
        } else {
            JsonNode value = value(element, answers);
            if (value != null) {
                to.add(value);
            }
        }
    }

    /** What becomes of one text: nothing where an answer is missing, and one text for each value of a question with several. */
    private static List<String> texts(String text, Map<String, List<String>> answers) {
        int count = 1;
        for (String id : inputs(text)) {
            List<String> values = answers.get(id);
            if (values != null) {
                count = values.isEmpty() || count == 0 ? 0 : Math.max(count, values.size());
            }
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            texts.add(INPUT.matcher(text).replaceAll(found -> {
                List<String> values = answers.get(found.group(1));
                String value = values == null ? found.group() : values.get(Math.min(index, values.size() - 1));
                return Matcher.quoteReplacement(value);
            }));
        }
        return texts;
    }

    /** The ids of the questions that a text holds. */
    static Set<String> inputs(String text) {
        Set<String> ids = new TreeSet<>();
        INPUT.matcher(text).results().forEach(found -> ids.add(found.group(1)));
        return ids;
    }

    /** The environment variables that a text reads. */
    static Set<String> environment(String text) {
        Set<String> names = new TreeSet<>();
        ENVIRONMENT.matcher(text).results().forEach(found -> names.add(found.group(1)));
        names.removeAll(PLACES);
        return names;
    }

    /** Visits each text of a tree with its JSON pointer; words of a group have the place that they have without groups. */
    static void visit(JsonNode node, String pointer, BiConsumer<String, String> visitor) {
        if (node.isString()) {
            visitor.accept(pointer, node.asString());
        } else if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(member -> visit(
                            member.getValue(),
                            pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1"),
                            visitor));
        } else if (node instanceof ArrayNode array) {
            int at = 0;
            for (JsonNode element : array) {
                if (element instanceof ArrayNode group) {
                    for (JsonNode word : group) {
                        visit(word, pointer + "/" + at++, visitor);
                    }
                } else {
                    visit(element, pointer + "/" + at++, visitor);
                }
            }
        }
    }
}
