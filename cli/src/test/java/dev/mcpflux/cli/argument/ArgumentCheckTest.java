package dev.mcpflux.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is reported before anything is sent, and what is left to the server. */
class ArgumentCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type": "integer"}                          | 5             | ``
            {"type": "integer"}                          | 5.0           | ``
            {"type": "integer"}                          | 5.5           | 'key' takes integer, found 5.5
            {"type": "number"}                           | 5             | ``
            {"type": "string"}                           | 5             | 'key' takes string, found 5
            {"type": "string"}                           | null          | 'key' takes string, found null
            {"type": ["string", "null"]}                 | null          | ``
            {"type": "string", "nullable": true}         | null          | ``
            {"type": "odd"}                              | 5             | ``
            {"type": "array", "items": {"type": "string"}} | ["a", 5]    | 'key.1' takes string, found 5
            {"enum": ["a", "b", "c"]}                    | "b"           | ``
            {"enum": ["a", "b", "c"]}                    | "d"           | 'key' takes a, b or c, found 'd'
            {"enum": [1, 2]}                             | 1.0           | ``
            {"const": "a"}                               | "b"           | 'key' takes a, found 'b'
            {"$ref": "#/$defs/Size"}                     | "M"           | 'key' takes S or L, found 'M'
            {"allOf": [{"$ref": "#/$defs/Size"}]}        | "M"           | 'key' takes S or L, found 'M'
            {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "null"}]}   | null | ``
            {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "integer"}]} | 5   | ``
            {"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]} | "c"          | 'key' takes a or b, found 'c'
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]} | {"a": 1} | 'key.a' takes string, found 1 & 'key.b' is missing
            {"type": "object", "properties": {"aaa": {}}} | {"aab": 1}    | ``
            {"type": "object", "properties": {"aaa": {}}, "additionalProperties": false} | {"aab": 1} | 'key.aab' is not known; did you mean aaa?
            {"$ref": "https://example.com/other"}        | 5             | ``
            {"$ref": "#/$defs/Loop"}                     | {"a": {"a": {"a": 5}}} | ``
            {"minimum": 5}                               | 1             | ``
            true                                         | 1             | ``
            """)
    void valueOfAnArgument(String schema, String value, String problems) {
        JsonNode root = json("""
                {"properties": {"key": %s}, "$defs": {"Size": {"enum": ["S", "L"]},
                  "Loop": {"anyOf": [{"type": "integer"}, {"properties": {"a": {"$ref": "#/$defs/Loop"}}}]}}}""".formatted(schema));

        assertThat(check(root, "{\"key\": " + value + "}"))
                .isEqualTo(problems.isEmpty() ? List.of() : List.of(problems.split(" & ")));
    }

    @Test
    void everythingIsReportedAtOnce() {
        assertThat(check(json("""
                        {"properties": {"city": {"type": "string"}, "units": {"enum": ["metric", "imperial"]},
                           "days": {"type": "integer"}, "why": {"type": "string"}}, "required": ["city", "why"]}"""), """
                        {"citty": "a", "units": "metirc", "days": "5"}"""))
                .containsExactly(
                        "'citty' is not an argument; did you mean city?",
                        "'units' takes metric or imperial, found 'metirc'",
                        "'days' takes integer, found '5'",
                        "'city' is missing",
                        "'why' is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'type': 'object'}",
                "{'properties': {'a': {}}, 'additionalProperties': true}",
                "{'properties': {'a': {}}, 'additionalProperties': {'type': 'integer'}}",
                "{'properties': {'a': {}}, 'patternProperties': {'^b': {}}}",
                "{'properties': {'a': {}}, 'unevaluatedProperties': {}}",
                "{'properties': {'a': {}}, '$ref': 'https://example.com/more'}",
                "{'properties': {'a': {}}, 'if': {}, 'then': {'properties': {'b': {}}}}",
                "{'properties': {'a': {}}, 'anyOf': [{'properties': {'b': {}}}, {}]}"
            })
    void otherArgumentsAreAllowed(String schema) {
        assertThat(check(json(schema.replace('\'', '"')), "{\"b\": 5}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'properties': {'a': {}}}",
                "{'properties': {'a': {}}, 'additionalProperties': false}",
                "{'additionalProperties': false}",
                "{'properties': {'a': {}}, 'unevaluatedProperties': false}",
                "{'allOf': [{'properties': {'a': {}}}]}"
            })
    void otherArgumentsAreAMistake(String schema) {
        assertThat(check(json(schema.replace('\'', '"')), "{\"bcd\": 5}")).containsExactly("'bcd' is not an argument");
    }

    @Test
    void alternativesRequireNothing() {
        JsonNode schema = json("""
                {"properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}""");

        assertThat(check(schema, "{\"a\": 1}")).isEmpty();
        assertThat(check(json("{\"allOf\": [{\"required\": [\"a\"]}]}"), "{}")).containsExactly("'a' is missing");
    }

    @Test
    void hugeInputIsBounded() {
        StringBuilder object = new StringBuilder("{\"z0\": 1");
        for (int i = 1; i < 5_000; i++) {
            object.append(", \"z").append(i).append("\": 1");
        }
        assertThat(check(
                        json("{\"properties\": {\"a\": {}}}"),
                        object.append('}').toString()))
                .hasSize(21)
                .last()
                .isEqualTo("… and 4980 more");
        String many = "{\"allOf\": [" + "{\"$ref\": \"#/$defs/M\"},".repeat(50) + "{}]}";
        assertThat(check(
                        json("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/M\"}}, \"$defs\": {\"M\": " + many + "}}"),
                        """
                        {"a": {"a": {"a": 5}}}"""))
                .isEmpty();
    }

    @Test
    void argumentWithAProblemIsNotMissing() {
        Tool tool = tool(json("""
                {"properties": {"n": {"type": "integer"}, "m": {"type": "integer"}}, "required": ["n", "m"]}"""));

        assertThat(ToolArguments.of(
                                tool,
                                ArgumentWords.read(null, List.of("n=five"), InputText.ofFiles("")),
                                References.NONE)
                        .allProblems())
                .containsExactly("'n' takes integer, found 'five'", "'m' is missing");
        assertThat(ToolArguments.of(tool, ArgumentWords.read("[", List.of(), InputText.ofFiles("")), References.NONE)
                        .allProblems())
                .singleElement()
                .asString()
                .startsWith("--args is not JSON");
    }

    @Test
    void messageShowsWhatTheToolTakes() {
        Tool tool = tool(json("""
                {"properties": {"n": {"type": "integer", "default": 3, "minimum": 1}, "o": {"type": "object",
                   "properties": {"p": {"type": "array", "items": {"enum": ["a", "b"]}}}}}, "required": ["n"]}"""));

        assertThat(ArgumentProblems.of("s__t", tool, List.of("'n' is missing")).getMessage())
                .isEqualTo("""
                        the arguments of s__t are wrong, and nothing is sent:
                          'n' is missing
                        it takes:
                          n    integer, required, default 3, at least 1
                          o    object
                          o.p  list of a | b
                        'mcpflux tool s__t' describes them; --no-check sends them as they are""");
        assertThat(ArgumentProblems.of("s__t", tool(json("{}")), List.of("no")).getMessage())
                .endsWith("  no\nit names no arguments");
    }

    private static List<String> check(JsonNode schema, String arguments) {
        return ToolArguments.of(tool(schema), (ObjectNode) json(arguments), References.NONE)
                .allProblems();
    }

    private static Tool tool(JsonNode schema) {
        return new Tool("tool", null, null, schema, null, null, null, null, null);
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text);
    }
}
