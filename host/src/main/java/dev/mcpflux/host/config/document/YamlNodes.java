package dev.mcpflux.host.config.document;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The nodes of a YAML text with their offsets in it. */
final class YamlNodes {

    /**
     * A node and its key.
     *
     * @param key null for the root and for items
     */
    record Found(@Nullable Node key, Node node) {}

    private final String text;
    private final LineIndex lines;
    private final int shift;
    private final Node root;

    YamlNodes(String text) {
        this.text = text;
        this.shift = text.startsWith("\uFEFF") ? 1 : 0;
        String content = text.substring(shift);
        this.lines = new LineIndex(content);
        this.root = new Compose(YamlReader.SETTINGS)
                .composeString(content)
                .orElseThrow(() -> new DocumentException("it is empty"));
    }

    String text() {
        return text;
    }

    String text(Node node) {
        return text.substring(start(node), end(node));
    }

    int start(Node node) {
        return node.getStartMark().map(this::offset).orElse(0);
    }

    /** The offset after a node; of a block, after the last thing in it. */
    int end(Node node) {
        Node last = node;
        while (last instanceof CollectionNode<?> collection
                && collection.getFlowStyle() == FlowStyle.BLOCK
                && !collection.getValue().isEmpty()) {
            last = lastOf(collection);
        }
        return last.getEndMark().map(this::offset).orElse(0);
    }

    /** The end without the blank lines that belong to a text in lines. */
    int trimmedEnd(Node node) {
        int end = end(node);
        while (end > start(node) && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private int offset(Mark mark) {
        return lines.ofPoint(mark.getIndex()) + shift;
    }

    int column(Node node) {
        return start(node) - TextLines.start(text, start(node));
    }

    /** The value that stands last in a collection that is not empty; its key where the value is an alias. */
    Node lastOf(CollectionNode<?> collection) {
        return valueOf(collection, collection.getValue().size() - 1);
    }

    Node valueOf(CollectionNode<?> collection, int index) {
        Object entry = collection.getValue().get(index);
        if (entry instanceof NodeTuple tuple) {
            if (start(tuple.getValueNode()) < start(tuple.getKeyNode())) {
                throw new DocumentException("it is near an alias");
            }
            return tuple.getValueNode();
        }
        Node item = (Node) entry;
        if (start(item) < start(collection)) {
            throw new DocumentException("it is near an alias");
        }
        return item;
    }

    /** Where the key or the dash of an entry is. */
    int entryStart(CollectionNode<?> collection, int index) {
        Object entry = collection.getValue().get(index);
        if (entry instanceof NodeTuple tuple) {
            return start(tuple.getKeyNode());
        }
        int at = start((Node) entry) - 1;
        while (at > 0 && text.charAt(at) != '-') {
            at--;
        }
        return at;
    }

    int index(CollectionNode<?> collection, String name) {
        if (collection instanceof SequenceNode) {
            return Integer.parseInt(name);
        }
        int found = -1;
        for (int i = 0; i < collection.getValue().size(); i++) {
            if (collection.getValue().get(i) instanceof NodeTuple tuple
                    && tuple.getKeyNode() instanceof ScalarNode key
                    && key.getValue().equals(name)) {
                found = i;
            }
        }
        if (found < 0) {
            throw new DocumentException("its place is not found in the text");
        }
        return found;
    }

    Found find(List<String> path) {
        Found found = new Found(null, root);
        for (String name : path) {
            if (!(found.node instanceof CollectionNode<?> collection)) {
                throw new DocumentException("its place is not found in the text");
            }
            Object entry = collection.getValue().get(index(collection, name));
            found = entry instanceof NodeTuple tuple
                    ? new Found(tuple.getKeyNode(), tuple.getValueNode())
                    : new Found(null, (Node) entry);
        }
        return found;
    }

    /** Whether one of the collections around a path is in brackets. */
    boolean isInFlow(List<String> path) {
        for (int i = 0; i < path.size(); i++) {
            if (find(path.subList(0, i)).node instanceof CollectionNode<?> collection
                    && collection.getFlowStyle() == FlowStyle.FLOW) {
                return true;
            }
        }
        return false;
    }

    /** The offset after the colon of a key. */
    int afterColon(Node key) {
        int at = end(key);
        while (text.charAt(at) != ':') {
            at++;
        }
        return at + 1;
    }

    /** The indentation of the entries of a block. */
    String indent(CollectionNode<?> collection) {
        int entry = entryStart(collection, 0);
        return " ".repeat(entry - TextLines.start(text, entry));
    }

    /** How blocks are written in this text: indented as the first nested mapping is. */
    YamlText render() {
        return new YamlText(unit(root), TextLines.separator(text));
    }

    private String unit(Node node) {
        if (node instanceof MappingNode mapping && mapping.getFlowStyle() == FlowStyle.BLOCK) {
            for (NodeTuple tuple : mapping.getValue()) {
                int by = tuple.getValueNode() instanceof MappingNode inner && inner.getFlowStyle() == FlowStyle.BLOCK
                        ? column(inner) - column(tuple.getKeyNode())
                        : 0;
                if (by > 0) {
                    return " ".repeat(by);
                }
                String nested = unit(tuple.getValueNode());
                if (!nested.equals("  ")) {
                    return nested;
                }
            }
        }
        return "  ";
    }
}
