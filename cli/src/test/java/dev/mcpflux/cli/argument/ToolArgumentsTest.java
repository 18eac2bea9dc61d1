package dev.mcpflux.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ToolArgumentsTest {

    // -- typed by the schema

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": "string"}                                 | Paris          | "Paris"
            {"type": "string"}                                 | 75001          | "75001"
            {"type": "string"}                                 | 007            | "007"
            {"type": "string"}                                 | true           | "true"
            {"type": "string"}                                 | null           | "null"
            {"type": "string"}                                 | {"a": 1}       | "{\\"a\\": 1}"
            {"type": "string"}                                 | ''             | ""
            {"type": "string"}                                 | '  a '         | "  a "
            {"type": "integer"}                                | 5              | 5
            {"type": "integer"}                                | -5             | -5
            {"type": "integer"}                                | 98765432109876543210 | 98765432109876543210
            {"type": "number"}                                 | 5              | 5
            {"type": "number"}                                 | -2.25          | -2.25
            {"type": "boolean"}                                | true           | true
            {"type": "boolean"}                                | false          | false
            {"type": "null"}                                   | null           | null
            {"type": "object"}                                 | {"a": [1, "b"]} | {"a": [1, "b"]}
            {"type": "object"}                                 | {}             | {}
            {"type": "array"}                                  | a              | ["a"]
            {"type": "array"}                                  | 5              | ["5"]
            {"type": "array"}                                  | [1, "a"]       | [1, "a"]
            {"type": "array"}                                  | []             | []
            {"type": "array", "items": {"type": "string"}}     | 5              | ["5"]
            {"type": "array", "items": {"type": "string"}}     | [draft         | ["[draft"]
            {"type": "array", "items": {"type": "string"}}     | a,b            | ["a,b"]
            {"type": "array", "items": {"type": "integer"}}    | 5              | [5]
            {"type": "array", "items": {"type": "integer"}}    | [5, 6]         | [5, 6]
            {"type": "array", "items": {"type": "boolean"}}    | true           | [true]
            {"type": "array", "items": {"type": "object"}}     | {"a": 1}       | [{"a": 1}]
            """)
    void valuesAreTypedByTheSchema(String schema, String text, String expected) {
        assertThat(value(schema, text)).isEqualTo(expected(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": ["string", "null"]}                                    | a       | "a"
            {"type": ["string", "null"]}                                    | null    | null
            {"type": ["integer", "null"]}                                   | 5       | 5
            {"type": ["string", "integer"]}                                 | 5       | 5
            {"type": ["string", "integer"]}                                 | five    | "five"
            {"type": ["string", "boolean", "number"]}                       | 2.5     | 2.5
            {"type": ["string", "boolean", "number"]}                       | true    | true
            {"anyOf": [{"type": "string"}, {"type": "integer"}]}            | 5       | 5
            {"anyOf": [{"type": "string"}, {"type": "integer"}]}            | five    | "five"
            {"oneOf": [{"type": "null"}, {"type": "boolean"}]}              | true    | true
            {"oneOf": [{"type": "null"}, {"anyOf": [{"type": "number"}]}]}  | 1.5     | 1.5
            {"enum": ["metric", "imperial"]}                                | metric  | "metric"
            {"enum": ["1", "2"]}                                            | 1       | "1"
            {"enum": [1, 2]}                                                | 2       | 2
            {"enum": ["auto", 3]}                                           | 3       | 3
            {"enum": ["auto", 3]}                                           | auto    | "auto"
            {"type": "string", "enum": ["1", "2"]}                          | 1       | "1"
            """)
    void textIsTheLastChoice(String schema, String text, String expected) {
        assertThat(value(schema, text)).isEqualTo(expected(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"enum": ["auto", "off", 3]}                                                  | 3    | 3
            {"enum": ["auto", "off", true]}                                               | true | true
            {"anyOf": [{"type": "string"}, {"type": "string"}, {"type": "integer"}]}      | 5    | 5
            """)
    void textIsTheLastChoiceEvenIfRepeated(String schema, String text, String expected) {
        assertThat(value(schema, text)).isEqualTo(expected(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": "integer"}                               | five        | integer
            {"type": "integer"}                               | 1.5         | integer
            {"type": "integer"}                               | ''          | integer
            {"type": "integer"}                               | 0x10        | integer
            {"type": "number"}                                | NaN         | number
            {"type": "number"}                                | 1,5         | number
            {"type": "boolean"}                               | yes         | boolean
            {"type": "boolean"}                               | TRUE        | boolean
            {"type": "boolean"}                               | 1           | boolean
            {"type": "null"}                                  | nil         | null
            {"type": "object"}                                | 5           | object
            {"type": "object"}                                | [1]         | object
            {"type": "object"}                                | {a: 1}      | object
            {"type": "object"}                                | {"a": 1} x  | object
            {"type": "array", "items": {"type": "integer"}}   | a           | array
            {"type": ["integer", "boolean"]}                  | a           | integer or boolean
            """)
    void rejectsValuesOutsideTheSchema(String schema, String text, String types) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> value(schema, text))
                .withMessage("'key' takes " + types + ", found '" + text + "'");
    }

    // -- behind references and combinations

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"$ref": "#/$defs/Zip"}                                       | 12345 | "12345"
            {"$ref": "#/$defs/Count"}                                     | 3     | 3
            {"$ref": "#/$defs/Grade"}                                     | 2     | "2"
            {"$ref": "#/$defs/Indirect"}                                  | 2     | "2"
            {"$ref": "#/$defs/a~1b%20c"}                                  | 2     | "2"
            {"$ref": "#/definitions/Old"}                                 | 2     | "2"
            {"$ref": "#zip"}                                              | 2     | "2"
            {"$ref": "https://example.com/args#/$defs/Zip"}               | 2     | "2"
            {"$ref": "Bundled"}                                           | 2     | "2"
            {"$ref": "#/properties/key"}                                  | 2     | 2
            {"$ref": "#/$defs/Loop"}                                      | 2     | 2
            {"$ref": "#/$defs/Many"}                                      | 2     | 2
            {"$ref": "#/$defs/None"}                                      | 2     | 2
            {"$ref": "https://example.org/else"}                          | 2     | 2
            {"allOf": [{"$ref": "#/$defs/Zip"}], "default": "0"}          | 12345 | "12345"
            {"allOf": [{"type": "number"}, {"type": "integer"}]}          | 5     | 5
            {"allOf": [{}, {"type": "string"}]}                           | 5     | "5"
            {"anyOf": [{"$ref": "#/$defs/Zip"}, {"type": "null"}]}        | 12345 | "12345"
            {"anyOf": [{"$ref": "#/$defs/Zip"}, {"type": "null"}]}        | null  | null
            {"oneOf": [{"$ref": "#/$defs/Count"}, {"type": "null"}]}      | 3     | 3
            {"anyOf": [{"const": "1"}, {"const": "2"}]}                   | 1     | "1"
            {"anyOf": [{"type": "string"}, {}]}                           | 5     | 5
            {"const": "1"}                                                | 1     | "1"
            {"const": 1}                                                  | 1     | 1
            {"type": ["string", "integer"], "enum": ["1", "2"]}           | 1     | "1"
            {"type": ["string", "null"], "enum": ["1", null]}             | 1     | "1"
            {"type": "string", "nullable": true}                          | null  | null
            {"pattern": "^[0-9]+$"}                                       | 5     | "5"
            {"maxLength": 5}                                              | 5     | "5"
            {"type": "array", "items": {"$ref": "#/$defs/Zip"}}           | 12345 | ["12345"]
            {"$ref": "#/$defs/Zips"}                                      | 12345 | ["12345"]
            {"anyOf": [{"$ref": "#/$defs/Zips"}, {"type": "null"}]}       | 12345 | ["12345"]
            """)
    void findsTypesBehindReferences(String schema, String text, String value) {
        JsonNode root = expected("""
                {"$id": "https://example.com/args", "type": "object", "properties": {"key": %s},
                 "definitions": {"Old": {"type": "string"}},
                 "$defs": {
                   "Zip": {"type": "string", "pattern": "^[0-9]{5}$", "$anchor": "zip"},
                   "Count": {"type": "integer"},
                   "Grade": {"enum": ["1", "2"]},
                   "Indirect": {"$ref": "#/$defs/Grade"},
                   "Zips": {"type": "array", "items": {"$ref": "#/$defs/Zip"}},
                   "a/b c": {"type": "string"},
                   "Bundle": {"$id": "Bundled", "type": "string"},
                   "Loop": {"anyOf": [{"$ref": "#/$defs/Loop"}, {"allOf": [{"$ref": "#/$defs/Loop"}]}]},
                   "Many": {"allOf": [{"$ref": "#/$defs/Many"}, {"$ref": "#/$defs/Many"}, {"$ref": "#/$defs/Many"}]}}}""".formatted(schema));

        assertThat(normal(parse(tool(root), null, List.of("key=" + text)).get("key")))
                .isEqualTo(expected(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                        {"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"key": {"type": "string"}}}}}""", """
                        {"allOf": [{"properties": {"key": {"type": "string"}}}, {"properties": {"key": {"title": "a"}}}]}""", """
                        {"oneOf": [{"properties": {"other": {}}}, {"properties": {"key": {"type": "string"}}}]}""", """
                        {"properties": {}, "additionalProperties": {"type": "string"}}"""})
    void findsPropertiesBehindReferences(String schema) {
        assertThat(parse(tool(expected(schema)), null, List.of("key=5"))).isEqualTo(expected("{'key': '5'}"));
    }

    @Test
    void acceptsSchemasOfAnyShape() {
        for (String odd : List.of("5", "[]", "null", "\"x\"", """
                        {"type": 5}""", """
                        {"type": [5, null]}""", """
                        {"anyOf": 5}""", """
                        {"$ref": 5}""", """
                        {"$ref": "#/%zz"}""", """
                        {"$ref": "#/a~"}""", """
                        {"enum": {}}""", """
                        {"items": []}""")) {
            assertThat(normal(value(odd, "5"))).as(odd).isEqualTo(expected("5"));
        }
    }

    // -- without a type in the schema

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5            | 5
            -2.5         | -2.5
            true         | true
            null         | null
            "5"          | "5"
            {"a": 1}     | {"a": 1}
            [1, 2]       | [1, 2]
            Paris        | "Paris"
            ''           | ""
            007          | "007"
            2026-10-01   | "2026-10-01"
            1.2.3        | "1.2.3"
            {a           | "{a"
            trueish      | "trueish"
            """)
    void untypedJsonIsParsed(String text, String expected) {
        assertThat(value("{}", text)).isEqualTo(expected(expected));
        assertThat(value("{'description': 'anything'}", text)).isEqualTo(expected(expected));
        assertThat(parse(tool((String) null), null, List.of("key=" + text)).get("key"))
                .isEqualTo(expected(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 apples", "true story", "null and void", "{} []", "[1] [2]", "1 2", "\"a\" b"})
    void jsonPrefixIsText(String text) {
        JsonNode value = value("{}", text);

        assertThat(value).isEqualTo(JsonNodeFactory.instance.stringNode(text));
    }

    @Test
    void passesKeysOutsideTheSchema() {
        assertThat(parse(tool("{'type': 'integer'}"), null, List.of("other=5", "more=a")))
                .isEqualTo(expected("{'other': 5, 'more': 'a'}"));
    }

    @Test
    void schemaWithoutPropertiesAllowsAnyType() {
        Tool tool = new Tool("tool", null, null, expected("{'type': 'object'}"), null, null, null, null, null);

        assertThat(parse(tool, null, List.of("a=5"))).isEqualTo(expected("{'a': 5}"));
    }

    @Test
    void schemaTrueAllowsAnyType() {
        assertThat(value("true", "5")).isEqualTo(expected("5"));
    }

    // -- words

    @Test
    void noWordsAreNoArguments() {
        assertThat(parse(tool("{}"), null, List.of())).isEqualTo(expected("{}"));
    }

    @Test
    void argumentsKeepTheirOrder() {
        assertThat(parse(tool("{}"), null, List.of("b=1", "a=2", "c=3")).propertyNames())
                .containsExactly("b", "a", "c");
    }

    @Test
    void theFirstEqualsSignEndsTheKey() {
        assertThat(value("{'type': 'string'}", "a=b=c")).isEqualTo(expected("'a=b=c'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Paris", "", "=Paris", "="})
    void rejectsWordWithoutAKey(String word) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), null, List.of(word)))
                .withMessage("expected key=value, found '" + word + "'");
    }

    @Test
    void repeatedKeyAddsToAList() {
        Tool tool = tool("{'type': 'array', 'items': {'type': 'integer'}}");

        assertThat(normal(parse(tool, null, List.of("key=3", "key=1", "key=[4, 5]", "key=2"))))
                .isEqualTo(expected("{'key': [3, 1, 4, 5, 2]}"));
    }

    @Test
    void repeatedKeyAddsToAListOfText() {
        Tool tool = tool("{'type': 'array', 'items': {'type': 'string'}}");

        assertThat(parse(tool, null, List.of("key=a", "key=b c"))).isEqualTo(expected("{'key': ['a', 'b c']}"));
    }

    @Test
    void rejectsRepeatedKeyWithoutAList() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{'type': 'string'}"), null, List.of("key=a", "key=b")))
                .withMessage("'key' is given twice");
    }

    // -- --args

    @Test
    void takesAJsonObject() {
        assertThat(parse(tool("{'type': 'string'}"), """
                {"key": 5, "other": null}""", List.of())).isEqualTo(expected("{'key': 5, 'other': null}"));
    }

    @Test
    void wordsOverrideTheObject() {
        assertThat(parse(tool("{'type': 'string'}"), """
                                {"key": "a", "b": 1}""", List.of("key=z", "c=2")))
                .isEqualTo(expected("{'key': 'z', 'b': 1, 'c': 2}"));
    }

    @Test
    void wordsReplaceAListOfTheObject() {
        assertThat(parse(tool("{'type': 'array'}"), """
                {"key": ["a"]}""", List.of("key=b", "key=c")))
                .isEqualTo(expected("{'key': ['b', 'c']}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "5", "\"a\"", "null", "true", "", " "})
    void rejectsJsonThatIsNotAnObject(String json) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), json, List.of()))
                .withMessage("--args takes a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{a: 1}", """
            {"a": }""", "a=1", "{'a': 1}"})
    void rejectsInvalidJson(String json) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), json, List.of()))
                .withMessageMatching("--args is not JSON: (line 1, column \\d+: '.+' is not expected there"
                        + "|it ends too early, in line 1)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {a: 1}          | line 1, column 2: 'a: 1}' is not expected there
            {"a": 1,}       | line 1, column 9: '}' is not expected there
            {"a": oops}     | line 1, column 7: 'oops}' is not expected there
            {"a": [1, 2     | it ends too early, in line 1
            {"a": "x        | it ends too early, in line 1
            {} []           | line 1, column 4: '[]' is not expected there
            """)
    void reportsPositionOfInvalidJson(String json, String problem) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), json, List.of()))
                .withMessage("--args is not JSON: " + problem);
    }

    @Test
    void explainsRejectionOfDeepJson() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), "[".repeat(10_000), List.of()))
                .withMessageContaining("nested too deeply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
            {"a": 1} {"b": 2}""", """
            {"a": 1}, "b": 2""", "{} x", "{}}"})
    void takesOneObject(String json) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse(tool("{}"), json, List.of()))
                .withMessageStartingWith("--args ");
    }

    // -- helpers

    private static ObjectNode parse(Tool tool, @Nullable String json, List<String> words) {
        ToolArguments arguments =
                ToolArguments.of(tool, ArgumentWords.read(json, words, InputText.ofFiles("not here")), References.NONE);
        if (!arguments.problems().isEmpty()) {
            throw new UsageException(String.join("\n", arguments.problems()));
        }
        return arguments.value();
    }

    /** The value of {@code key=text} for a property with this schema. */
    private static JsonNode value(String schema, String text) {
        return normal(parse(tool(schema), null, List.of("key=" + text)).get("key"));
    }

    private static Tool tool(String schema) {
        return new Tool(
                "tool",
                null,
                null,
                schema == null ? null : expected("{'type': 'object', 'properties': {'key': " + schema + "}}"),
                null,
                null,
                null,
                null,
                null);
    }

    private static Tool tool(JsonNode inputSchema) {
        return new Tool("tool", null, null, inputSchema, null, null, null, null, null);
    }

    private static JsonNode expected(String json) {
        return McpJson.mapper().readTree(json.replace('\'', '"'));
    }

    /** The value as a server reads it, without the Java type of a number. */
    private static JsonNode normal(JsonNode value) {
        return McpJson.mapper().readTree(McpJson.mapper().writeValueAsString(value));
    }
}
