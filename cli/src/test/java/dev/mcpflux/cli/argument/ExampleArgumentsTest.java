package dev.mcpflux.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The call that is shown can be made. */
class ExampleArgumentsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type": "string"}                              | key=some-key
            {"type": "string", "default": "@home"}          | key=\\@home
            {"type": "string", "default": "-"}              | key=\\-
            {"type": "string", "examples": ["Paris"]}       | key=Paris
            {"type": "string", "format": "date"}            | key=2026-01-31
            {"type": "string", "minLength": 10}             | key=some-keyxx
            {"type": "string", "default": 5}                | key=some-key
            {"type": "string", "default": "a\\u001b[2Jb"}   | key=some-key
            {"type": "integer", "minimum": 3}               | key=3
            {"type": "integer", "exclusiveMinimum": 3}      | key=4
            {"type": "integer", "maximum": -1}              | key=-1
            {"type": "number"}                              | key=1.5
            {"type": "boolean"}                             | key=true
            {"type": "null"}                                | key=null
            {"type": ["null", "integer"]}                   | key=1
            {"enum": ["b", "a"]}                            | key=b
            {"enum": [2, 1]}                                | key=2
            {"enum": ["2"]}                                 | key=2
            {"const": null}                                 | key=null
            {"default": "5"}                                | key:="5"
            {"type": ["integer", "string"], "default": "5"} | key:="5"
            {"type": "array", "items": {"type": "integer"}} | key=[1]
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"]} | key={"a":1}
            {}                                              | key=some-key
            {"type": "integer", "enum": ["a"]}              | key:="a"
            """)
    void wordOfARequiredArgument(String schema, String word) {
        JsonNode root = json("{\"properties\": {\"key\": " + schema + "}, \"required\": [\"key\"]}");

        assertThat(ExampleArguments.words(root)).containsExactly(word);
    }

    @Test
    void whatRefersToItselfManyTimesIsBounded() {
        StringBuilder names = new StringBuilder("'a0'");
        StringBuilder properties = new StringBuilder("'a0': {'$ref': '#'}");
        for (int i = 1; i < 60; i++) {
            names.append(", 'a").append(i).append("'");
            properties.append(", 'a").append(i).append("': {'$ref': '#'}");
        }
        String schema = ("{'type': 'object', 'properties': {" + properties + "}, 'required': [" + names + "]}")
                .replace('\'', '"');

        assertThat(ExampleArguments.words(json(schema)).toString()).hasSizeBetween(100, 10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'required': ['a', 'b.c', 'd']}",
                "{'properties': {'b.c': {'type': 'integer'}, 'b': {'type': 'object'}}, 'required': ['b.c', 'b']}",
                "{'properties': {'a=b': {'type': 'integer'}}, 'required': ['a=b']}",
                "{'properties': {'-a': {'type': 'integer'}, 'c:': {}, '': {}}, 'required': ['-a', 'c:', '']}",
                "{'properties': {'@a': {'type': 'integer'}}, 'required': ['@a']}",
                "{'properties': {'a': {'$ref': '#/properties/a'}}, 'required': ['a']}",
                "{'properties': {'a': {'type': 'object', 'properties': {'a': {'$ref': '#/properties/a'}},"
                        + "'required': ['a']}}, 'required': ['a']}",
                "{'properties': {'a': {'type': 'array', 'items': {'type': 'array', 'items': {'enum': ['x']}}}},"
                        + "'required': ['a']}",
                "{'properties': {'a': {'anyOf': [{'type': 'object', 'required': ['x']}, {'type': 'null'}]}},"
                        + "'required': ['a']}",
                "{'allOf': [{'properties': {'a': {'const': 'x'}}, 'required': ['a']}], 'additionalProperties': false}"
            })
    void wordsOfAnySchemaCanBeRead(String text) {
        Tool tool = new Tool("tool", null, null, json(text.replace('\'', '"')), null, null, null, null, null);
        List<String> words = new ArrayList<>(ExampleArguments.words(tool.inputSchema()));
        String args = null;
        if (words.contains("--args")) {
            args = words.get(1);
            words.clear();
        }

        ToolArguments arguments =
                ToolArguments.of(tool, ArgumentWords.read(args, words, InputText.ofFiles("")), References.NONE);

        assertThat(arguments.problems()).as("" + words).isEmpty();
        assertThat(arguments.allProblems()).as("" + words).noneMatch(problem -> problem.startsWith("'a' is missing"));
    }

    @Test
    void optionalArgumentsWithADefaultAreShown() {
        assertThat(ExampleArguments.words(json("""
                        {"properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 7},
                           "c": {"type": "string", "default": "no"}}, "required": ["a"]}"""))).containsExactly("a=1", "b=7", "c=no");
        assertThat(ExampleArguments.words(null)).isEmpty();
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text);
    }
}
