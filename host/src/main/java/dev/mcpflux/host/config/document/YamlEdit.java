package dev.mcpflux.host.config.document;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Edits blocks of YAML line by line. A flow collection in brackets is written anew. */
final class YamlEdit implements SyntaxEdit {

    @Override
    public String add(ConfigDocument document, List<String> parent, @Nullable String name, JsonNode value) {
        YamlNodes nodes = new YamlNodes(document.text());
        YamlNodes.Found found = nodes.find(parent);
        CollectionNode<?> collection = collection(found.node());
        if (collection.getFlowStyle() == FlowStyle.FLOW) {
            JsonNode changed = withMember(document, parent, name, value);
            return collection.getValue().isEmpty() && !nodes.isInFlow(parent)
                    ? block(nodes, parent, changed)
                    : flow(nodes, found.node(), changed);
        }
        String text = document.text();
        YamlText render = nodes.render();
        Node last = nodes.lastOf(collection);
        String indent = nodes.indent(collection);
        String written = name == null ? render.item(value, indent) : render.member(name, value, indent);
        int end = nodes.end(last);
        if (end > 0 && TextLines.isEnd(text, end - 1)) {
            // a block of text ends with its line
            return new Splices(text)
                    .insert(end, indent + written + render.newLine())
                    .apply();
        }
        return new Splices(text)
                .insert(endWithComments(text, end, indent.length()), render.newLine() + indent + written)
                .apply();
    }

    /** The end of the line of an offset, or of the comments below that are indented more than the entries. */
    private static int endWithComments(String text, int end, int column) {
        int lineEnd = TextLines.end(text, end);
        int next = TextLines.next(text, end);
        while (next < text.length()) {
            int first = TextLines.skipBlanks(text, next);
            if (first - next <= column || !text.startsWith("#", first)) {
                break;
            }
            lineEnd = TextLines.end(text, next);
            next = TextLines.next(text, next);
        }
        return lineEnd;
    }

    private static CollectionNode<?> collection(Node node) {
        if (node instanceof CollectionNode<?> collection) {
            return collection;
        }
        throw new DocumentException("expected a mapping or a sequence there");
    }

    private static JsonNode withMember(
            ConfigDocument document, List<String> parent, @Nullable String name, JsonNode value) {
        JsonNode present = ExpectedTree.at(document.root(), parent);
        JsonNode changed = present == null ? ExpectedTree.wrap(List.of(), value) : present.deepCopy();
        if (changed instanceof ObjectNode object && name != null) {
            object.set(name, value);
        } else if (changed instanceof ArrayNode array) {
            array.add(value);
        }
        return changed;
    }

    /** Writes a collection in brackets anew. */
    private static String flow(YamlNodes nodes, Node node, JsonNode value) {
        String old = nodes.text(node);
        if (old.indexOf('#') >= 0 || old.indexOf('&') >= 0 || old.indexOf('*') >= 0 || old.indexOf('!') >= 0) {
            throw new DocumentException("a collection in brackets may have comments, anchors or tags");
        }
        return new Splices(nodes.text())
                .replace(nodes.start(node), nodes.end(node), YamlText.line(value))
                .apply();
    }

    /** Writes a value anew, as a block. */
    private static String block(YamlNodes nodes, List<String> path, JsonNode value) {
        YamlText render = nodes.render();
        String text = nodes.text();
        YamlNodes.Found found = nodes.find(path);
        int end = nodes.trimmedEnd(found.node());
        if (found.key() == null) {
            String indent = " ".repeat(nodes.column(found.node()));
            return new Splices(text)
                    .replace(nodes.start(found.node()), end, render.block(value, indent))
                    .apply();
        }
        String indent = " ".repeat(nodes.column(found.key()));
        int colon = nodes.afterColon(found.key());
        String written = render.after(value, indent);
        boolean lines = TextLines.isEnd(written, 0);
        int start = Math.max(colon, nodes.start(found.node()));
        if (end <= colon) {
            // nothing there: what comes is behind a comment of the key, or before it
            return new Splices(text)
                    .insert(lines ? TextLines.end(text, colon) : colon, written)
                    .apply();
        }
        String between = text.substring(colon, start);
        boolean commented = between.indexOf('#') >= 0;
        if (commented && !lines) {
            throw new DocumentException("there is a comment between the key and the value");
        }
        if (!commented && !between.isBlank()) {
            throw new DocumentException("it has an anchor or a tag");
        }
        if (lines
                && !commented
                && between.indexOf('\n') < 0
                && text.substring(start, end).indexOf('\n') < 0) {
            // a comment behind the old value stays in its line
            return new Splices(text)
                    .delete(colon, end)
                    .insert(TextLines.end(text, end), written)
                    .apply();
        }
        return new Splices(text)
                .replace(commented ? TextLines.end(text, colon) : colon, end, written)
                .apply();
    }

    @Override
    public String replace(ConfigDocument document, List<String> path, JsonNode value) {
        YamlNodes nodes = new YamlNodes(document.text());
        YamlNodes.Found found = nodes.find(path);
        if (nodes.isInFlow(path)) {
            if (value.isContainer() || !(found.node() instanceof ScalarNode)) {
                return flow(nodes, found.node(), value);
            }
            return new Splices(document.text())
                    .replace(nodes.start(found.node()), nodes.end(found.node()), YamlText.line(value))
                    .apply();
        }
        boolean wasFlow = found.node() instanceof CollectionNode<?> old && old.getFlowStyle() == FlowStyle.FLOW;
        if (wasFlow && value.isContainer()) {
            return flow(nodes, found.node(), value);
        }
        boolean scalars = found.node() instanceof ScalarNode && !value.isContainer();
        if (scalars && nodes.start(found.node()) < nodes.end(found.node())) {
            return new Splices(document.text())
                    .replace(nodes.start(found.node()), nodes.trimmedEnd(found.node()), YamlText.line(value))
                    .apply();
        }
        return block(nodes, path, value);
    }

    @Override
    public String remove(ConfigDocument document, List<String> path) {
        String text = document.text();
        YamlNodes nodes = new YamlNodes(text);
        List<String> parent = path.subList(0, path.size() - 1);
        String name = path.get(path.size() - 1);
        CollectionNode<?> collection = collection(nodes.find(parent).node());
        if (collection.getFlowStyle() == FlowStyle.FLOW) {
            JsonNode present = ExpectedTree.at(document.root(), parent);
            if (present == null) {
                throw new DocumentException("its place is not found in the text");
            }
            JsonNode changed = present.deepCopy();
            if (changed instanceof ObjectNode object) {
                object.remove(name);
            } else if (changed instanceof ArrayNode array) {
                array.remove(Integer.parseInt(name));
            }
            return flow(nodes, collection, changed);
        }
        int index = nodes.index(collection, name);
        int begin = nodes.entryStart(collection, index);
        int end = nodes.end(nodes.valueOf(collection, index));
        end = end > 0 && TextLines.isEnd(text, end - 1) ? end : TextLines.next(text, end);
        int size = collection.getValue().size();
        if (!TextLines.isFirst(text, begin)) {
            return removeFirst(nodes, collection, index, begin);
        }
        int bound = index == 0 ? 0 : nodes.end(nodes.valueOf(collection, index - 1));
        Node key = nodes.find(parent).key();
        if (index == 0 && key != null) {
            bound = nodes.end(key);
        }
        Splices splices = new Splices(text);
        splices.delete(TextLines.attached(text, begin, bound, "#"), end);
        if (size == 1) {
            String empty = collection instanceof MappingNode ? "{}" : "[]";
            if (key == null) {
                splices.insert(end, empty + nodes.render().newLine());
            } else {
                splices.insert(nodes.afterColon(key), " " + empty);
            }
        }
        return splices.apply();
    }

    /** Removes a key that stands behind the dash of an item. */
    private static String removeFirst(YamlNodes nodes, CollectionNode<?> collection, int index, int begin) {
        if (!(collection instanceof MappingNode)
                || index != 0
                || collection.getValue().size() < 2) {
            throw new DocumentException("it begins in the middle of a line");
        }
        int next = nodes.entryStart(collection, 1);
        if (nodes.text()
                        .substring(nodes.end(nodes.valueOf(collection, 0)), next)
                        .indexOf('#')
                >= 0) {
            throw new DocumentException("there are comments behind the first key of an item");
        }
        return new Splices(nodes.text()).delete(begin, next).apply();
    }

    @Override
    public String start(ConfigDocument document, JsonNode root) {
        String newLine = TextLines.separator(document.text());
        return TextLines.atEnd(document.text(), new YamlText("  ", newLine).block(root, "") + newLine);
    }

    @Override
    public String paste(JsonNode object) {
        return new YamlText("  ", "\n").block(object, "");
    }
}
