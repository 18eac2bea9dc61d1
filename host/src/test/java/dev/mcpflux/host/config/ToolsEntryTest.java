package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpflux.host.config.CallPolicy.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tools are offered and called, as the entry of a server says it. */
class ToolsEntryTest {

    @TempDir
    Path directory;

    private ConfigFile.Content read(String keys) {
        Path file = directory.resolve("mcp.json");
        try {
            Files.writeString(file, "{\"mcpServers\": {\"s\": {\"command\": \"x\", " + keys + "}}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConfigFile(file, name -> null).read();
    }

    private ServerOptions options(String keys) {
        ConfigFile.Content content = read(keys);
        assertThat(content.warnings()).isEmpty();
        ServerDefinition server = content.servers().get(0);
        assertThat(server).isInstanceOf(ServerDefinition.Stdio.class);
        return server.options();
    }

    @Test
    void everyKeyIsRead() {
        ServerOptions options = options("""
                "tools": {"include": ["a*", "b"], "exclude": ["a?"], "rename": {"b": "better"}},
                "policy": {"otherwise": "ask", "tools": {"delete_*": "deny", "read_*": "allow", "try": "rehearse",
                           "m": "ask-if-possible"}}
                """);

        assertThat(options.tools())
                .isEqualTo(ToolSelection.builder()
                        .include(List.of("a*", "b"))
                        .exclude(List.of("a?"))
                        .names(Map.of("b", "better"))
                        .build());
        assertThat(options.policy().otherwise()).isEqualTo(Action.ASK);
        assertThat(options.policy().tools())
                .containsExactly(
                        Map.entry("delete_*", Action.DENY),
                        Map.entry("read_*", Action.ALLOW),
                        Map.entry("try", Action.REHEARSE),
                        Map.entry("m", Action.ASK_IF_POSSIBLE));
    }

    @Test
    void shortFormsAreRead() {
        assertThat(options("\"tools\": [\"a\", \"b\"]").tools().include()).containsExactly("a", "b");
        assertThat(options("\"policy\": \"ask-if-possible\"").policy())
                .isEqualTo(
                        CallPolicy.builder().otherwise(Action.ASK_IF_POSSIBLE).build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\": [\"*\"]",
                "\"tools\": {\"include\": [\"*\"]}",
                "\"tools\": {}",
                "\"tools\": null",
                "\"policy\": \"allow\"",
                "\"policy\": {\"tools\": {}}"
            })
    void allToolsAreTheDefault(String keys) {
        assertThat(options(keys)).isEqualTo(ServerOptions.defaults());
        assertThat(options(keys).hasToolRules()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "tools": "a"                                | /tools: expected an object like {"include": ["read_*"]} or an array
            "tools": []                                 | /tools: expected at least one pattern, found an empty array
            "tools": {"exclude": "a"}                   | /tools/exclude: expected an array of patterns, found a string
            "tools": {"include": ["a", 7]}              | /tools/include/1: expected the name of a tool, or a pattern
            "tools": {"include": [""]}                  | /tools/include/0: expected the name of a tool, or a pattern
            "tools": {"rename": ["a"]}                  | /tools/rename: expected an object like {"name at the server"
            "tools": {"rename": {"a": 1}}               | /tools/rename/a: expected the new name of the tool, found a num
            "tools": {"rename": {"a": "c", "b": "c"}}   | /tools: 'a' and 'b' are both renamed to 'c'
            "tools": {"rename": {"a": "b__c"}}          | /tools: the new name of 'a' must not begin with '_' or contain
            "tools": {"rename": {"a": "b c"}}           | /tools: the new name of 'a' must have 1 to 128 letters
            "policy": 7                                 | /policy: expected "allow", "ask", "ask-if-possible", "deny" or
            "policy": "never"                           | "deny" or "rehearse", found "never"
            "policy": {"otherwise": true}               | /policy/otherwise: expected "allow"
            "policy": {"tools": {"a": "alow"}}          | "deny" or "rehearse", found "alow"
            "policy": {"tools": ["a"]}                  | /policy/tools: expected an object like {"delete_*": "deny"}
            """)
    void mistakeNamesItsPlace(String keys, String problem) {
        ServerDefinition server = read(keys).servers().get(0);

        assertThat(server)
                .isInstanceOfSatisfying(
                        ServerDefinition.Invalid.class,
                        invalid -> assertThat(McpConfigurationException.at(
                                        invalid.place(), invalid.name(), invalid.problem()))
                                .hasMessageContaining("line 1")
                                .hasMessageContaining(problem.strip()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "tools": {"exlude": ["a"]}      | /tools/exlude: unknown key "exlude" is ignored; did you mean "exclude"?
            "policy": {"default": "ask"}    | unknown key "default" is ignored; there are otherwise, tools
            """)
    void unknownMemberIsReported(String keys, String warning) {
        assertThat(read(keys).warnings())
                .singleElement()
                .satisfies(found -> assertThat(found).endsWith(warning.strip()));
    }

    @Test
    void orderOfPatternsCounts() {
        Map<String, Action> one = new LinkedHashMap<>();
        one.put("a*", Action.DENY);
        one.put("*b", Action.ALLOW);
        Map<String, Action> other = new LinkedHashMap<>();
        other.put("*b", Action.ALLOW);
        other.put("a*", Action.DENY);
        CallPolicy first = CallPolicy.builder().tools(one).build();
        CallPolicy second = CallPolicy.builder().tools(other).build();

        assertThat(first).isNotEqualTo(second);
        assertThat(first.actionOf("ab")).isEqualTo(Action.DENY);
        assertThat(second.actionOf("ab")).isEqualTo(Action.ALLOW);
        assertThat(second.actionOf("c")).isEqualTo(Action.ALLOW);
    }

    @Test
    void excludeStandsAboveInclude() {
        ToolSelection selection = ToolSelection.builder()
                .include(List.of("read_*"))
                .exclude(List.of("read_secret"))
                .build();

        assertThat(selection.leftOutBy("read_file")).isNull();
        assertThat(selection.leftOutBy("read_secret")).isEqualTo("exclude");
        assertThat(selection.leftOutBy("write")).isEqualTo("include");
    }

    @Test
    void emptyPatternIsRefusedInCode() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolSelection.builder().exclude(List.of("")).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        CallPolicy.builder().tools(Map.of("", Action.DENY)).build());
    }
}
