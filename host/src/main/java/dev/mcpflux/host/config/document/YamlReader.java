package dev.mcpflux.host.config.document;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads one YAML document. Aliases and merge keys are resolved; tags other than those of the core schema are ignored. */
final class YamlReader implements DocumentTree.Reader {

    static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setUseMarks(true)
            .setAllowDuplicateKeys(true)
            // so that the place of one is known
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(ConfigDocument.MAX_BYTES)
            // the number of values bounds what they make
            .setMaxAliasesForCollections(ConfigDocument.MAX_VALUES)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Override
    public JsonNode read(String text, DocumentTree tree) {
        Optional<Node> root;
        try {
            checkShape(text, tree);
            root = new Compose(SETTINGS).composeString(text);
        } catch (MarkedYamlEngineException e) {
            // the cause quotes the file, and is left out
            String reason = "it is not YAML: " + ParserMessage.safe(e.getProblem() == null ? "" : e.getProblem());
            throw e.getProblemMark()
                    .map(mark -> tree.problem(offset(mark, tree), reason))
                    .orElseGet(() -> new DocumentException(reason));
        } catch (YamlEngineException e) {
            throw new DocumentException("it is not YAML: a character of it is not allowed there");
        }
        return root.<JsonNode>map(node -> new Values(tree).value(node, "", null, 1))
                .orElseGet(DocumentTree::nothing);
    }

    /** Looks at the depth before the parser that builds nodes does, which calls itself for each level. */
    private static void checkShape(String text, DocumentTree tree) {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> tree.enter(++depth, start(event, tree));
                case MappingEnd, SequenceEnd -> depth--;
                case DocumentStart -> {
                    if (++documents > 1) {
                        throw tree.problem(
                                start(event, tree), "expected one document, found the beginning of another (---)");
                    }
                }
                default -> {}
            }
        }
        tree.restart();
    }

    private static int start(Event event, DocumentTree tree) {
        return event.getStartMark().map(mark -> offset(mark, tree)).orElse(0);
    }

    private static int offset(Mark mark, DocumentTree tree) {
        return tree.lines.ofPoint(mark.getIndex());
    }

    /** Makes values of nodes. */
    private static final class Values {

        private final DocumentTree tree;
        /** The nodes around the one that is read: an alias to one of them would never end. */
        private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

        Values(DocumentTree tree) {
            this.tree = tree;
        }

        JsonNode value(Node node, String pointer, @Nullable Node key, int depth) {
            int start = start(node);
            boolean collection = node instanceof CollectionNode;
            tree.enter(collection ? depth : 0, start);
            if (!open.add(node)) {
                throw tree.problem(start, "an alias stands inside of what it refers to");
            }
            JsonNode value;
            if (node instanceof MappingNode mapping) {
                value = mapping(mapping, pointer, depth);
            } else if (node instanceof SequenceNode sequence) {
                value = sequence(sequence, pointer, depth);
            } else {
                value = scalar((ScalarNode) node, pointer);
            }
            open.remove(node);
            boolean block = node instanceof CollectionNode<?> items && items.getFlowStyle() == FlowStyle.BLOCK;
            tree.place(pointer, block && key != null ? start(key) : start, start, end(node));
            return value;
        }

        private int start(Node node) {
            return node.getStartMark().map(mark -> offset(mark, tree)).orElse(0);
        }

        /** The end of a block is that of the last thing in it: its mark is where the next thing begins. */
        private int end(Node node) {
            Node last = node;
            Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            while (seen.add(last)) {
                if (last instanceof MappingNode mapping
                        && mapping.getFlowStyle() == FlowStyle.BLOCK
                        && !mapping.getValue().isEmpty()) {
                    NodeTuple tuple = mapping.getValue().get(mapping.getValue().size() - 1);
                    // an alias is somewhere else
                    last = start(tuple.getValueNode()) < start(tuple.getKeyNode())
                            ? tuple.getKeyNode()
                            : tuple.getValueNode();
                } else if (last instanceof SequenceNode sequence
                        && sequence.getFlowStyle() == FlowStyle.BLOCK
                        && !sequence.getValue().isEmpty()) {
                    last = sequence.getValue().get(sequence.getValue().size() - 1);
                }
            }
            return Math.max(
                    start(node),
                    last.getEndMark().map(mark -> offset(mark, tree)).orElse(-1));
        }

        private ArrayNode sequence(SequenceNode sequence, String pointer, int depth) {
            ArrayNode array = NODES.arrayNode(sequence.getValue().size());
            for (Node item : sequence.getValue()) {
                array.add(value(item, pointer + "/" + array.size(), null, depth + 1));
            }
            return array;
        }

        private ObjectNode mapping(MappingNode mapping, String pointer, int depth) {
            ObjectNode object = NODES.objectNode();
            for (NodeTuple tuple : mapping.getValue()) {
                String name = name(tuple.getKeyNode());
                String member = ConfigDocument.member(pointer, name);
                JsonNode value = value(tuple.getValueNode(), member, tuple.getKeyNode(), depth + 1);
                if (object.replace(name, value) != null) {
                    tree.duplicate(member);
                }
            }
            return object;
        }

        private String name(Node key) {
            if (key instanceof ScalarNode scalar) {
                return scalar.getValue();
            }
            throw tree.problem(start(key), "expected a key that is a string");
        }

        private JsonNode scalar(ScalarNode scalar, String pointer) {
            Tag tag = scalar.getTag();
            String text = scalar.getValue();
            if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            }
            if (tag.equals(Tag.BOOL)) {
                tree.literals.put(pointer, text);
                return NODES.booleanNode(text.toLowerCase(Locale.ROOT).equals("true"));
            }
            if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
                JsonNode number = number(text);
                if (number != null) {
                    tree.literals.put(pointer, text);
                    return number;
                }
            }
            return NODES.stringNode(text);
        }

        private static @Nullable JsonNode number(String text) {
            String word = text.toLowerCase(Locale.ROOT);
            try {
                if (word.endsWith(".inf")) {
                    return NODES.numberNode(word.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
                }
                if (word.equals(".nan")) {
                    return NODES.numberNode(Double.NaN);
                }
                if (word.startsWith("0x") || word.startsWith("0o")) {
                    return integer(new BigInteger(word.substring(2), word.charAt(1) == 'x' ? 16 : 8));
                }
                if (word.matches("[-+]?[0-9]{1,1000}")) {
                    return integer(new BigInteger(word));
                }
                return word.length() > 1000 ? null : NODES.numberNode(new BigDecimal(word).doubleValue());
            } catch (NumberFormatException e) {
                // a tag that does not fit
                return null;
            }
        }

        private static JsonNode integer(BigInteger number) {
            if (number.bitLength() < Integer.SIZE) {
                return NODES.numberNode(number.intValue());
            }
            return number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
        }
    }
}
