package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A direct reader and Jackson bind everything the same, and reject the same; every member is replaced in turn. */
class DirectReadersTest {

    private static final String DISCOVERED = """
            {"supportedVersions": ["2026-07-28", "2025-11-25"],
             "capabilities": {"tools": {"listChanged": true, "more": 1}, "prompts": {}, "resources": {"subscribe": true,
               "listChanged": false}, "logging": {}, "completions": {}, "tasks": {"list": {}}, "experimental": {"a": {"b": 1.50}},
               "extensions": {"io.modelcontextprotocol/tasks": {}}, "future": [1, 2.0, "x", null, true]},
             "instructions": "Use é.",
             "serverInfo": {"name": "s", "version": "1", "title": "S", "description": "d", "websiteUrl": "https://example.org",
               "icons": [{"src": "data:x", "mimeType": "image/png", "sizes": ["48x48"], "theme": "dark", "other": 1}], "x": {}},
             "ttlMs": 1000, "cacheScope": "public", "resultType": "complete",
             "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "s", "version": "1"}, "example.org/x": 12345678901234567890},
             "unknown": {"a": [[], {}]}}""";

    private static final String INITIALIZED = """
            {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"},
             "instructions": "i", "_meta": {"x": 1}}""";

    private static final String LISTED = """
            {"tools": [{"name": "a", "title": "A", "description": "d", "inputSchema": {"type": "object", "properties": {"x":
               {"type": "string"}}, "required": ["x"]}, "outputSchema": {"type": "object"}, "annotations": {"title": "T",
               "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false, "z": 1},
               "icons": [{"src": "data:x"}], "execution": {"taskSupport": "optional"}, "_meta": {"m": 0.10}, "other": 3},
               {"name": "b", "inputSchema": {"type": "object"}}],
             "nextCursor": "c", "ttlMs": 5, "cacheScope": "private", "resultType": "complete", "_meta": {"k": "v"}, "y": 1e400}""";

    private static final List<String> VALUES = List.of(
            "null",
            "1",
            "-1.5",
            "1e300",
            "12345678901234567890",
            "2147483648",
            "\"\"",
            "\"text\"",
            "\"true\"",
            "\"17\"",
            "true",
            "[]",
            "[null]",
            "[1]",
            "[\"a\", \"b\"]",
            "[{}]",
            "{}",
            "{\"a\": 1}");

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of(Discovery.DiscoverResult.class, DISCOVERED),
                Arguments.of(InitializeResult.class, INITIALIZED),
                Arguments.of(ListToolsResult.class, LISTED));
    }

    @ParameterizedTest
    @MethodSource("results")
    void wholeResultsAreBoundTheSame(Class<?> type, String json) {
        assertThat(direct(type, json)).isEqualTo(McpJson.mapper().readValue(json, type));
    }

    @ParameterizedTest
    @MethodSource("results")
    void everyOtherValueIsBoundOrRejectedTheSame(Class<?> type, String json) {
        List<JsonNode> variants = variants(McpJson.mapper().readTree(json));
        assertThat(variants).hasSizeGreaterThan(80);
        for (JsonNode variant : variants) {
            String text = variant.toString();
            Object expected;
            try {
                expected = McpJson.mapper().readValue(text, type);
            } catch (RuntimeException e) {
                assertThatThrownBy(() -> direct(type, text)).as(text).isInstanceOf(RuntimeException.class);
                continue;
            }
            Object bound;
            try {
                bound = direct(type, text);
            } catch (RuntimeException e) {
                // Jackson takes a list for a text in a list of texts; rejected, it is left out, and reported
                assertThat(hasListAmongTexts(variant)).as(text + ": " + e).isTrue();
                continue;
            }
            assertThat(bound).as(text).isEqualTo(expected);
        }
    }

    @Test
    void otherResultsHaveNone() {
        assertThat(DirectReaders.find(EmptyResult.class)).isNull();
    }

    private static boolean hasListAmongTexts(JsonNode tree) {
        return Stream.concat(tree.findValues("supportedVersions").stream(), tree.findValues("sizes").stream())
                .flatMap(texts -> texts.valueStream())
                .anyMatch(JsonNode::isArray);
    }

    private static <T> T direct(Class<T> type, String json) {
        DirectReader<T> reader = Objects.requireNonNull(DirectReaders.find(type));
        try (JsonParser parser = McpJson.mapper().createParser(json)) {
            parser.nextToken();
            return reader.read(parser);
        }
    }

    /** The tree with each of its values replaced by each of the others, and with each member removed. */
    private static List<JsonNode> variants(JsonNode tree) {
        List<JsonNode> variants = new ArrayList<>();
        replace(tree, tree, variants);
        return variants;
    }

    private static void replace(JsonNode root, JsonNode at, List<JsonNode> variants) {
        if (at instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
                JsonNode value = member.getValue();
                for (String other : VALUES) {
                    object.set(member.getKey(), McpJson.mapper().readTree(other));
                    variants.add(root.deepCopy());
                }
                object.remove(member.getKey());
                variants.add(root.deepCopy());
                object.set(member.getKey(), value);
                replace(root, value, variants);
            }
        } else if (at instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = array.get(i);
                for (String other : VALUES) {
                    array.set(i, McpJson.mapper().readTree(other));
                    variants.add(root.deepCopy());
                }
                array.set(i, value);
                replace(root, value, variants);
            }
        }
    }
}
