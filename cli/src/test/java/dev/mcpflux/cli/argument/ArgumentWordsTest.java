package dev.mcpflux.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The forms of words: typed text, JSON, files, standard input, nested names. */
class ArgumentWordsTest {

    private static final String SCHEMA = """
            {"type": "object", "properties": {
              "text": {"type": "string"}, "n": {"type": "integer"}, "any": {},
              "tags": {"type": "array", "items": {"type": "string"}},
              "filter": {"type": "object", "properties": {"from": {"type": "string"}, "limit": {"type": "integer"}}},
              "points": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "integer"}}}},
              "labels": {"type": "object", "additionalProperties": {"type": "string"}},
              "odd.name": {"type": "integer"}}}""";

    @TempDir
    private Path directory;

    private String standardInput = "";

    // -- forms

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text=a             | {"text": "a"}
            text=@@a           | no file
            text=\\@a          | {"text": "@a"}
            text=\\\\@a        | {"text": "\\\\@a"}
            text=\\-           | {"text": "-"}
            text=\\\\-         | {"text": "\\\\-"}
            text=--            | {"text": "--"}
            text=\\a           | {"text": "\\\\a"}
            text=a:=b          | {"text": "a:=b"}
            any:=[1, {"a": 2}] | {"any": [1, {"a": 2}]}
            any:="@x"          | {"any": "@x"}
            text:="5"          | {"text": "5"}
            filter.from=a      | {"filter": {"from": "a"}}
            filter.limit=5     | {"filter": {"limit": 5}}
            filter.limit:=6    | {"filter": {"limit": 6}}
            points.0.x=1       | {"points": [{"x": 1}]}
            tags.0=a           | {"tags": ["a"]}
            labels.a=1         | {"labels": {"a": "1"}}
            labels.a.b=1       | {"labels": {"a.b": "1"}}
            odd.name=5         | {"odd.name": 5}
            any.b=1            | {"any": {"b": 1}}
            any\\.b=1          | {"any.b": 1}
            other.b=1          | {"other.b": 1}
            .b=1               | {".b": 1}
            text.b=1           | {"text.b": 1}
            """)
    void formOfAWord(String word, String expected) {
        if (expected.equals("no file")) {
            assertThat(problems(word)).singleElement().asString().contains("there is no such file");
        } else {
            assertThat(normal(parse(word).value())).isEqualTo(McpJson.mapper().readTree(expected));
        }
    }

    @Test
    void severalWordsFillOneObject() {
        assertThat(normal(parse("filter.from=a", "filter.limit=1", "points.0.x=1", "points.1.x=2", "tags=a", "tags=b")
                        .value()))
                .isEqualTo(McpJson.mapper().readTree("""
                        {"filter": {"from": "a", "limit": 1}, "points": [{"x": 1}, {"x": 2}], "tags": ["a", "b"]}"""));
    }

    @Test
    void nestedWordsChangeTheObject() {
        assertThat(normal(ToolArguments.of(
                                tool(SCHEMA),
                                ArgumentWords.read(
                                        "{\"filter\": {\"from\": \"a\", \"limit\": 1}}",
                                        List.of("filter.limit=2"),
                                        input()),
                                References.NONE)
                        .value()))
                .isEqualTo(McpJson.mapper().readTree("""
                        {"filter": {"from": "a", "limit": 2}}"""));
    }

    @Test
    void nestedWordsNeedNoSchema() {
        assertThat(normal(ToolArguments.of(
                                tool("{\"type\": \"object\"}"),
                                ArgumentWords.read(null, List.of("a.b=1", "a.c=x"), input()),
                                References.NONE)
                        .value()))
                .isEqualTo(McpJson.mapper().readTree("""
                        {"a": {"b": 1, "c": "x"}}"""));
    }

    @Test
    void valuesInTheWayAreReported() {
        assertThat(problems("any=5", "any.b=1")).containsExactly("'any.b' is part of a value that is no object");
        assertThat(problems("points.3.x=1")).containsExactly("'points.3.x' is given before element 0");
        assertThat(problems("filter.from=a", "filter.from=b")).containsExactly("'filter.from' is given twice");
    }

    @Test
    void jsonIsChecked() {
        assertThat(problems("any:={a", "n:=", "text=a"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).startsWith("'any' is not JSON: line 1, column 2"))
                .anySatisfy(problem -> assertThat(problem).isEqualTo("'n' is not JSON: it is empty"));
    }

    // -- files and standard input

    @Test
    void filesHoldTextOrJson() throws IOException {
        String text = file("a.txt", "\uFEFF@first\nsecond\n");
        String json = file("a.json", "{\"x\": [1]}");

        assertThat(normal(parse("text=@" + text, "any:=@" + json, "n=@" + file("n", "7\n"))
                        .value()))
                .isEqualTo(McpJson.mapper().readTree("""
                        {"text": "@first\\nsecond\\n", "any": {"x": [1]}, "n": 7}"""));
        assertThat(normal(parse("any=@" + file("five", "5")).value()))
                .isEqualTo(McpJson.mapper().readTree("{\"any\": \"5\"}"));
    }

    @Test
    void standardInputIsReadOnce() {
        standardInput = "{\"from\": \"x\"}";

        assertThat(normal(parse("text=-").value()).get("text").stringValue()).isEqualTo(standardInput);
        assertThat(normal(parse("filter:=-").value()).at("/filter/from").stringValue())
                .isEqualTo("x");
        assertThat(problems("text=-", "filter:=-"))
                .singleElement()
                .asString()
                .contains("'filter'", "is taken by 'text' already");
    }

    @Test
    void oneWordIsAWholeObject() throws IOException {
        standardInput = "{\"n\": 5}";

        assertThat(normal(parse("-").value())).isEqualTo(McpJson.mapper().readTree("{\"n\": 5}"));
        assertThat(normal(parse("@" + file("all.json", "{\"n\": 6}")).value()))
                .isEqualTo(McpJson.mapper().readTree("{\"n\": 6}"));
        standardInput = "[]";
        assertThat(problems("-")).containsExactly("'-' takes a JSON object");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse("-", "n=5"))
                .withMessageContaining("must be the only argument");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> parse("@/no/such/file"))
                .withMessage("'@/no/such/file': /no/such/file: there is no such file");
    }

    @Test
    void missingFileNamesTheLiteralForm() {
        assertThat(problems("text=@/no/such/file"))
                .containsExactly("'text': /no/such/file: there is no such file; for the text itself write"
                        + " 'text=\\@/no/such/file'");
        assertThat(problems("text=@" + directory)).singleElement().asString().contains("cannot be read");
    }

    @Test
    void standardInputOfAScriptIsTheScript() {
        ToolArguments arguments = ToolArguments.of(
                tool(SCHEMA),
                ArgumentWords.read(null, List.of("text=-"), InputText.ofFiles("the script itself")),
                References.NONE);

        assertThat(arguments.allProblems()).containsExactly("'text': standard input is the script itself");
    }

    // -- references

    @Test
    void referencesAreInsertedAfterTheFormIsKnown() throws IOException {
        References hostile = new References() {
            @Override
            public String text(String text) {
                return text.replace("$", "@/etc/passwd");
            }

            @Override
            public @Nullable JsonNode value(String text) {
                return text.equals("$") ? McpJson.mapper().readTree("[\"@x\"]") : null;
            }
        };
        String file = file("file", "$");

        ToolArguments arguments = ToolArguments.of(
                tool(SCHEMA),
                ArgumentWords.read(
                        null, List.of("text=$", "any:={\"a\": \"$\", \"b\": \"$ $\"}", "labels.f=@" + file), input()),
                hostile);

        assertThat(arguments.allProblems()).isEmpty();
        assertThat(normal(arguments.value())).isEqualTo(McpJson.mapper().readTree("""
                {"text": "@/etc/passwd", "any": {"a": ["@x"], "b": "@/etc/passwd @/etc/passwd"},
                 "labels": {"f": "$"}}"""));
    }

    // -- helpers

    private InputText input() {
        return InputText.of(() -> new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)));
    }

    private ToolArguments parse(String... words) {
        return ToolArguments.of(tool(SCHEMA), ArgumentWords.read(null, Arrays.asList(words), input()), References.NONE);
    }

    private List<String> problems(String... words) {
        return parse(words).problems();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static Tool tool(String schema) {
        return new Tool("tool", null, null, McpJson.mapper().readTree(schema), null, null, null, null, null);
    }

    /** The value as a server reads it, without the Java type of a number. */
    private static JsonNode normal(JsonNode value) {
        return McpJson.mapper().readTree(McpJson.mapper().writeValueAsString(value));
    }
}
