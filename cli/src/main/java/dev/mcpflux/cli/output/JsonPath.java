package dev.mcpflux.cli.output;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A template in the manner of {@code kubectl -o jsonpath}: text, and expressions in braces that choose parts of a document.
 * {@code {.items[*].name}} prints the names, with a blank between them. Without a brace all of it is one expression.
 *
 * <p>In an expression, {@code $} and {@code @} are the document and may be left out. {@code .name} and {@code ['name']}
 * choose a member, {@code [0]} and {@code [-1]} an element, {@code [1:3]} several, {@code [*]} and {@code .*} all of them,
 * {@code ..name} the members of this name at any depth, and {@code [?(@.state=="ready")]} the elements that have this
 * value ({@code !=} those that do not, nothing those that have the member). {@code .items} of a document that is a list is
 * that list. A text in quotes, such as {@code {"\n"}}, prints itself. {@code {range .items[*]}…{end}} repeats what stands between
 * for each part. What is not there prints nothing.
 */
final class JsonPath {

    private final List<TemplatePart> parts;

    private JsonPath(List<TemplatePart> parts) {
        this.parts = parts;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is not one, with the column of the mistake
     */
    static JsonPath of(String template) {
        return new JsonPath(JsonPathParser.template(template));
    }

    /** What the template prints of a document. */
    String print(JsonNode document) {
        StringBuilder text = new StringBuilder();
        print(parts, List.of(document), document, text);
        return text.toString();
    }

    private static void print(List<TemplatePart> parts, List<JsonNode> current, JsonNode root, StringBuilder text) {
        for (TemplatePart part : parts) {
            if (part instanceof TemplatePart.Text literal) {
                text.append(literal.text());
            } else if (part instanceof TemplatePart.Value value) {
                Iterator<JsonNode> found = value.path().select(current, root).iterator();
                while (found.hasNext()) {
                    text.append(text(found.next())).append(found.hasNext() ? " " : "");
                }
            } else if (part instanceof TemplatePart.Range range) {
                for (JsonNode each : range.path().select(current, root)) {
                    print(range.body(), List.of(each), root, text);
                }
            }
        }
    }

    private static String text(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        return node.isNull() ? "" : McpJson.mapper().writeValueAsString(node);
    }

    /** A part of a template. */
    sealed interface TemplatePart {
        record Text(String text) implements TemplatePart {}

        record Value(Path path) implements TemplatePart {}

        record Range(Path path, List<TemplatePart> body) implements TemplatePart {}
    }

    /** The steps from where a path begins to what it chooses. */
    record Path(boolean fromRoot, List<Step> steps) {
        List<JsonNode> select(List<JsonNode> current, JsonNode root) {
            List<JsonNode> found = fromRoot ? List.of(root) : current;
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                boolean list = i == 0
                        && step instanceof Step.Member member
                        && member.name().equals("items");
                List<JsonNode> next = new ArrayList<>();
                for (JsonNode node : found) {
                    if (list && node.isArray()) {
                        next.add(node);
                    } else {
                        step.select(node, next);
                    }
                }
                found = next;
            }
            return found;
        }
    }

    /** One step of a path. */
    sealed interface Step {

        void select(JsonNode node, List<JsonNode> into);

        record Member(String name) implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                JsonNode member = node.get(name);
                if (member != null) {
                    into.add(member);
                }
            }
        }

        record All() implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                into.addAll(node.values());
            }
        }

        /** Elements from one index to before another; negative ones count from the end. */
        record Slice(int from, int to) implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                if (!node.isArray()) {
                    return;
                }
                int size = node.size();
                int first = Math.max(0, from < 0 ? size + from : from);
                int end = Math.min(size, to < 0 ? size + to : to);
                for (int i = first; i < end; i++) {
                    into.add(node.get(i));
                }
            }
        }

        record Element(int index) implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                int at = index < 0 ? node.size() + index : index;
                if (node.isArray() && at >= 0 && at < node.size()) {
                    into.add(node.get(at));
                }
            }
        }

        record Anywhere(String name) implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                JsonNode member = node.get(name);
                if (member != null) {
                    into.add(member);
                }
                node.values().forEach(below -> select(below, into));
            }
        }

        /** Elements by a value in them; without a value, those that have the part. */
        record Filter(Path path, String operator, String value) implements Step {
            @Override
            public void select(JsonNode node, List<JsonNode> into) {
                for (JsonNode element : node.values()) {
                    List<JsonNode> found = path.select(List.of(element), element);
                    boolean same = !found.isEmpty() && text(found.get(0)).equals(value);
                    if (operator.isEmpty() ? !found.isEmpty() : operator.equals("==") == same) {
                        into.add(element);
                    }
                }
            }
        }
    }
}
