package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A part of a JSON document that somebody else has written. Errors name the document, the JSON pointer, what was expected and
 * the kind of what was found, and never a value. Keys are also read in the form of older documents, {@code like_this}.
 *
 * @param source what the document is, for errors
 * @param pointer where the part is in it
 */
record SourceNode(JsonNode node, String source, String pointer) {

    private static final int MAX_TEXT = 8_000;

    /**
     * Reads a document.
     *
     * @throws McpConfigurationException if it is no JSON object
     */
    static SourceNode parse(String text, String source) {
        JsonNode root;
        try {
            // one document and nothing after it
            root = McpJson.mapper()
                    .readerFor(JsonNode.class)
                    .with(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readValue(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new McpConfigurationException(
                    null,
                    source + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                            + ": expected a JSON object, found text that is not JSON");
        }
        SourceNode document = new SourceNode(root, source, "");
        if (!root.isObject()) {
            throw document.problem("expected a JSON object, found " + kind(root));
        }
        return document;
    }

    ObjectNode object() {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw problem("expected an object, found " + kind(node));
    }

    boolean has(String key) {
        return !at(key).node.isMissingNode();
    }

    /** A member; a missing node where there is none or it is null. */
    SourceNode at(String key) {
        String old = key.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        String found = node.has(key) || !node.has(old) ? key : old;
        JsonNode value = node.path(found);
        return new SourceNode(value.isNull() ? node.path("\0") : value, source, pointer(found));
    }

    /** A text of one line, or null where there is none. */
    @Nullable
    String text(String key) {
        SourceNode value = at(key);
        return value.node.isMissingNode() ? null : value.text();
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    String requiredText(String key) {
        String text = text(key);
        if (text == null || text.isBlank()) {
            throw at(key).problem("expected a text, found " + (text == null ? "nothing" : "an empty one"));
        }
        return text;
    }

    /** This node as a text; numbers and booleans as they are written. */
    String text() {
        if (!node.isString() && !node.isNumber() && !node.isBoolean()) {
            throw problem("expected a text, found " + kind(node));
        }
        String text = node.asString();
        if (text.length() > MAX_TEXT) {
            throw problem("expected a text of at most " + MAX_TEXT + " characters");
        }
        if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw problem("expected a text of one line, found one with control characters");
        }
        return text;
    }

    /** A text for a person, which may have any characters: it is made safe where it is shown. */
    String prose(String key) {
        JsonNode value = at(key).node;
        return value.isString() ? SafeText.line(value.asString(), MAX_TEXT) : "";
    }

    boolean flag(String key) {
        SourceNode value = at(key);
        if (value.node.isMissingNode()) {
            return false;
        }
        if (value.node.isBoolean()) {
            return value.node.asBoolean();
        }
        throw value.problem("expected true or false, found " + kind(value.node));
    }

    /** The elements of a list; none where it is missing. */
    List<SourceNode> list(String key) {
        SourceNode value = at(key);
        if (value.node.isMissingNode()) {
            return List.of();
        }
        if (!value.node.isArray()) {
            throw value.problem("expected a list, found " + kind(value.node));
        }
        List<SourceNode> elements = new ArrayList<>();
        for (JsonNode element : value.node) {
            elements.add(new SourceNode(element, source, value.pointer + "/" + elements.size()));
        }
        return elements;
    }

    List<String> texts(String key) {
        return list(key).stream().map(SourceNode::text).toList();
    }

    /** The members of an object by their names; none where it is missing. */
    Map<String, SourceNode> members(String key) {
        SourceNode value = at(key);
        return value.node.isMissingNode() ? Map.of() : value.members();
    }

    /** The members of this object by their names. */
    Map<String, SourceNode> members() {
        Map<String, SourceNode> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object().properties()) {
            members.put(member.getKey(), new SourceNode(member.getValue(), source, pointer(member.getKey())));
        }
        return members;
    }

    private String pointer(String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    McpConfigurationException problem(String problem) {
        return new McpConfigurationException(null, source + (pointer.isEmpty() ? "" : ", " + pointer) + ": " + problem);
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> node.asString();
            case NULL -> "null";
            case MISSING -> "nothing";
        };
    }

    /** Names the place, and shows no value. */
    @Override
    public String toString() {
        return "SourceNode[" + source + pointer + "]";
    }
}
