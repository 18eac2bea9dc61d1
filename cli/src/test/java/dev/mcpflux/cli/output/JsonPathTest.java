package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.jsonrpc.McpJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class JsonPathTest {

    private static final JsonNode LIST = McpJson.mapper().readTree("""
            [{"name": "a", "state": "ready", "tools": 3, "info": {"x-y": true, "name": "A"}},
             {"name": "b", "state": "failed", "tools": null, "error": {"message": "m", "name": "B"}},
             {"name": "c", "state": "ready", "tools": 12}]""");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {.items[*].name}                          | a b c
            {$.items[*].name}                         | a b c
            {[*].name}                                | a b c
            .items[*].name                            | a b c
            {.items[0].name}                          | a
            {.items[-1].name}                         | c
            {.items[1:].name}                         | b c
            {.items[:-1].name}                        | a b
            {.items[0:2].name}                        | a b
            {.items[*].tools}                         | 3  12
            {.items[0].info}                          | {"x-y":true,"name":"A"}
            {.items[0].info.x-y}                      | true
            {.items[0]['info']["x-y"]}                | true
            {.items[0].info.*}                        | true A
            {..message}                               | m
            {.items[0]..name}                         | a A
            {.items[?(@.state=="ready")].name}        | a c
            {.items[?(@.state!='ready')].name}        | b
            {.items[?(@.tools==12)].name}             | c
            {.items[?(@.error)].name}                 | b
            {.items[?(@.error.message == "m")].name}  | b
            {range .items[*]}<{.name}>{end}           | <a><b><c>
            {range .items[*]}{.name}{"="}{@.state};{end} | a=ready;b=failed;c=ready;
            first {.items[0].name}, last {.items[-1].name} | first a, last c
            {.items[9].name}{.nothing}x               | x
            """)
    void choosesParts(String template, String expected) {
        assertThat(JsonPath.of(template).print(LIST)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {.items[*].name    | '}' is expected at column 16
            {.items[x]}        | a number, *, a quoted name or ?(…) is expected at column 9
            {.items[*}         | ']' is expected at column 10
            {range .items[*]}x | {range …} has no {end}
            {end}              | {end} without {range …}
            {.items[?(@.a=="b"]} | ')' is expected
            {..}               | a name is expected
            {.a.?}             | a name or * is expected behind the point
            """)
    void mistakesHaveAPlace(String template, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonPath.of(template))
                .withMessageStartingWith("jsonpath: ")
                .withMessageContaining(problem);
    }
}
