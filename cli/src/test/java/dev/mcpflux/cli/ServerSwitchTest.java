package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.ConfigMachine.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code enable}, {@code disable} and {@code remove} change what they have to, and nothing else. */
class ServerSwitchTest {

    private ConfigMachine machine;

    @BeforeEach
    void machine(@TempDir Path directory) throws IOException {
        machine = new ConfigMachine(directory);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            project/mcp.json           | {"mcpServers": {"a": {"command": "x"}}}                  | {"mcpServers": {"a": {"command": "x", "disabled": true}}}
            project/mcp.json           | {"mcpServers": {"a": {"command": "x", "enabled": true}}} | {"mcpServers": {"a": {"command": "x", "enabled": false}}}
            project/opencode.json      | {"mcp": {"a": {"type": "local", "command": ["x"], "enabled": true}}} | {"mcp": {"a": {"type": "local", "command": ["x"], "enabled": false}}}
            project/.gemini/settings.json | {"mcpServers": {"a": {"command": "x"}}, "mcp": {"excluded": ["b"]}} | {"mcpServers": {"a": {"command": "x"}}, "mcp": {"excluded": ["b", "a"]}}
            home/.claude.json          | {"projects": {"$": {"mcpServers": {"a": {"type": "stdio", "command": "x"}}, "disabledMcpServers": []}}} | {"projects": {"$": {"mcpServers": {"a": {"type": "stdio", "command": "x"}}, "disabledMcpServers": ["a"]}}}
            """)
    void switchesByTheKeyOfTheForm(String name, String on, String off) throws IOException {
        Path file = machine.write(name, on.replace("$", machine.project.toString()));
        String[] disable = {"disable", "a", "-c", file.toString()};
        String[] enable = {"enable", "a", "-c", file.toString()};

        assertThat(machine.run(disable).out()).isEqualTo("disabled: a (" + file + ")\n");
        assertThat(machine.read(file)).isEqualTo(off.replace("$", machine.project.toString()));
        Run again = machine.run(disable);
        assertThat(again.out()).startsWith("already disabled: a");
        assertThat(again.code()).isZero();
        assertThat(machine.run(enable).out()).startsWith("enabled: a");
        assertThat(machine.read(file)).isEqualTo(on.replace("$", machine.project.toString()));
        assertThat(machine.run(enable).out()).startsWith("already enabled: a");
    }

    @Test
    void listOfAllowedNamesIsExtended() throws IOException {
        Path file = machine.write("project/.gemini/settings.json", """
                {"mcpServers": {"a": {"command": "x"}, "b": {"command": "x"}}, "mcp": {"allowed": ["b"]}}""");

        assertThat(machine.run("enable", "a", "b", "-c", file.toString()).out())
                .contains("enabled: a", "already enabled: b");
        assertThat(machine.read(file)).contains("\"allowed\": [\"b\", \"a\"]");
    }

    @Test
    void commentInAListIsNotLost() throws IOException {
        String text = "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}, \"mcp\": {\"excluded\": [\"b\" /* old */]}}";
        Path file = machine.write("project/.gemini/settings.json", text);

        Run run = machine.run("disable", "a", "-c", file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("mcp.excluded may have comments, which would be lost; add the name there by hand");
        assertThat(machine.read(file)).isEqualTo(text);
    }

    @Test
    void formWithoutASwitchIsNotPretended() throws IOException {
        String text = """
                {
                  "mcpServers": {
                    // kept
                    "a": {"type": "stdio", "command": "x"}
                  }
                }
                """;
        Path file = machine.write("project/.mcp.json", text);

        Run run = machine.run("disable", "a");
        assertThat(run.err()).contains("Claude Code has no key that switches a server off", "--own-keys");
        assertThat(run.code()).isEqualTo(2);
        assertThat(machine.read(file)).isEqualTo(text);
        assertThat(machine.run("disable", "a", "--own-keys").code()).isZero();
        assertThat(machine.read(file)).contains("// kept", "\"mcpflux\": {\"disabled\": true}");
        assertThat(machine.run("list").out()).containsPattern("a .* no +-");
        assertThat(machine.run("enable", "a").code()).isZero();
        assertThat(machine.read(file)).isEqualTo(text);
    }

    @Test
    void nothingIsWrittenWhenOneNameIsUnknown() throws IOException {
        String text = "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}";
        Path file = machine.write("project/mcp.json", text);

        for (String command : new String[] {"disable", "remove"}) {
            Run run = machine.run(command, "a", "b");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("no server is called 'b'");
            assertThat(machine.read(file)).isEqualTo(text);
        }
    }

    @Test
    void removesWithTheCommentAndKeepsTheRest() throws IOException {
        Path file = machine.write("project/mcp.json", """
                {
                  "other": 1, // mine
                  "mcpServers": {
                    // about a
                    "a": {"command": "x"},
                    // about b
                    "b": {"command": "y"}
                  }
                }
                """);

        Run run = machine.run("rm", "a");

        assertThat(run.out()).isEqualTo("removed: a (" + file + ")\n");
        assertThat(machine.read(file)).isEqualTo("""
                {
                  "other": 1, // mine
                  "mcpServers": {
                    // about b
                    "b": {"command": "y"}
                  }
                }
                """);
        assertThat(machine.run("remove", "a").code()).isEqualTo(2);
        Run ignored = machine.run("remove", "a", "--ignore-not-found", "--json");
        assertThat(ignored.code()).isZero();
        assertThat(ignored.out()).contains("\"removed\" : [ ]");
    }

    @Test
    void scopeIsNeededWhereTwoFilesHaveTheName() throws IOException {
        String text = "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}";
        Path project = machine.write("project/mcp.json", text);
        machine.write(machine.own(), text);

        Run run = machine.run("remove", "a");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("say which by --scope project or --scope user");
        assertThat(machine.run("remove", "a", "-s", "user").code()).isZero();
        assertThat(machine.read(machine.own())).doesNotContain("\"a\"");
        assertThat(machine.read(project)).isEqualTo(text);
        assertThat(machine.run("remove", "a", "-s", "local").err()).contains("--scope takes project or user");
    }

    @Test
    void removalForgetsTheApproval() throws IOException {
        machine.write("project/mcp.json", "{\"mcpServers\": {}}");
        machine.run("add", "a", "--", "x");
        assertThat(machine.run("list").out()).contains("approved");

        machine.run("remove", "a");
        machine.write("project/mcp.json", "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}");

        assertThat(machine.run("list").out()).containsPattern("a .* new\n");
    }

    @Test
    void textThatCannotBeChangedIsNotWritten() throws IOException {
        String text = "mcpServers: &all\n  a: {command: x}\ncopy: *all\n";
        Path file = machine.write("x.yaml", text);

        Run run = machine.run("remove", "a", "-c", file.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(file.toString()).doesNotContain("unexpected");
        assertThat(machine.read(file)).isEqualTo(text);
    }
}
