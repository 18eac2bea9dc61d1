package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.ConfigMachine.Run;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Which files are read, and what {@code list} and {@code get} say about them. */
class ListServersCommandTest {

    private static final String PROJECT = """
            {
              // of the project
              "mcpServers": {
                "both": {"type": "stdio", "command": "touch", "args": ["started", "--token", "s3cr3t"],
                         "env": {"API_KEY": "hidden-value", "B": "${HOME_URL}", "LEVEL": "debug"}, "timeout": 5000},
                "far": {"type": "http", "url": "https://example.org/mcp?key=s3cr3t", "disabled": true,
                        "headers": {"Authorization": "Bearer s3cr3t"}},
                "wrong": {"url": "https://example.org/"}
              }
            }
            """;

    private ConfigMachine machine;

    @BeforeEach
    void machine(@TempDir Path directory) throws IOException {
        machine = new ConfigMachine(directory);
    }

    private void configure() throws IOException {
        machine.write("project/.mcp.json", PROJECT);
        machine.write(machine.own(), """
                {"mcpServers": {"both": {"command": "mine"}, "own": {"command": "own", "lazzy": true}}}""");
    }

    @Test
    void listsProjectAndUser() throws IOException {
        configure();

        Run run = machine.run("list");

        assertThat(run.out().lines().toList())
                .hasSize(6)
                .anyMatch(line -> line.matches("both +project +stdio +touch started --token … +yes +new"))
                .anyMatch(line -> line.matches("far +project +http +https://example.org +no +-"))
                .anyMatch(line -> line.matches("wrong +project +- .* wrong +-"))
                .anyMatch(line -> line.matches("both +user +stdio +mine +no: shadowed +-"))
                .anyMatch(line -> line.matches("own +user +stdio +own +yes +-"));
        assertThat(run.out()).doesNotContain("s3cr3t", "hidden-value");
        assertThat(run.err()).contains("unknown key \"lazzy\" is ignored");
        assertThat(run.code()).isZero();
        assertThat(machine.project.resolve("started")).doesNotExist();
        assertThat(machine.run("ls", "-o", "name").out()).isEqualTo("both\nfar\nwrong\nown\n");
    }

    @Test
    void mcpJsonComesBeforeDotMcpJson() throws IOException {
        configure();
        machine.write("project/mcp.json", "{\"mcpServers\": {\"first\": {\"command\": \"x\"}}}");

        assertThat(machine.run("list", "-o", "name").out()).isEqualTo("first\nboth\nown\n");
    }

    @Test
    void namedFileIsUsedAlone() throws IOException {
        configure();
        Path file = machine.write("elsewhere/code.json", "{\"servers\": {\"one\": {\"command\": \"x\"}}}");

        JsonNode row = json(machine.run("list", "-c", file.toString(), "--json"));

        assertThat(row).hasSize(1);
        assertThat(row.get(0).path("scope").asString()).isEqualTo("file");
        assertThat(row.get(0).path("form").asString()).isEqualTo("vscode");
        assertThat(row.get(0).path("approval").isNull()).isTrue();
    }

    @Test
    void formCanBeForced() throws IOException {
        Path file =
                machine.write("timeout.json", "{\"mcpServers\": {\"one\": {\"command\": \"x\", \"timeout\": 7000}}}");

        assertThat(machine.run("get", "one", "-c", file.toString()).out()).contains("mcpflux (mcpflux)");
        assertThat(machine.run("get", "one", "-c", file.toString(), "--format", "gemini", "-o", "yaml")
                        .out())
                .contains("timeout: '7s'");
        Run unknown = machine.run("list", "-c", file.toString(), "--format", "geminy");
        assertThat(unknown.err()).contains("there is no form 'geminy'; there is mcpflux, claude-desktop");
        assertThat(unknown.code()).isEqualTo(2);
    }

    @Test
    void serversOfAProjectInClaudesFileAreFound() throws IOException {
        Path file = machine.write("home/.claude.json", """
                {"projects": {"%s": {"mcpServers": {"here": {"type": "stdio", "command": "x"}}},
                              "/other": {"mcpServers": {"there": {"type": "stdio", "command": "x"}}}},
                 "mcpServers": {"all": {"type": "stdio", "command": "x"}}}""".formatted(machine.project));

        assertThat(machine.run("list", "-c", file.toString(), "-o", "name").out())
                .isEqualTo("here\nall\n");
        assertThat(machine.run("get", "here", "-c", file.toString()).out()).contains(".claude.json, line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "get x", "servers", "tools", "approve", "export", "remove x", "watch"})
    void nothingConfiguredSaysWhatToDo(String command) {
        Run run = machine.run(command.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("mcp.json").doesNotContain("unexpected", "Exception");
        if (!command.startsWith("remove")) {
            assertThat(run.err())
                    .contains("there are no servers: there is no mcp.json or .mcp.json here, and no " + machine.own())
                    .contains("mcpflux add NAME -- COMMAND", "mcpflux import all", "mcpflux demo");
        }
    }

    @Test
    void demoIsOnlyStartedWhenAskedFor() {
        assertThat(machine.run("servers", "--demo", "-c", "x").err()).contains("--demo and -c exclude each other");
        assertThat(machine.run("list", "--demo").err()).contains("it takes no --demo");
    }

    @Test
    void getShowsEverythingButSecrets() throws IOException {
        configure();

        String out = machine.run("get", "both").out();

        assertThat(out)
                .contains(".mcp.json, line 4\n", "Claude Code (claude-code)")
                .containsPattern("Also in: +" + machine.own() + " \\(user, which does not count\\)")
                .contains("line 5: \"timeout\" is in milliseconds: the limit of each request is 5s")
                .containsPattern("env.API_KEY +… +5\n")
                .containsPattern("env.B +\\$\\{HOME_URL} +5\n")
                .containsPattern("args +\\[\"started\",\"--token\",\"…\"] +4\n")
                .containsPattern("timeout +5000 +5\n")
                .doesNotContain("s3cr3t", "hidden-value");
        assertThat(machine.run("get", "far").out())
                .contains("no, by \"disabled\" in ")
                .containsPattern("url +https://example.org/mcp\\?… ")
                .containsPattern("headers.Authorization +Bearer … ")
                .doesNotContain("s3cr3t");
    }

    @Test
    void describeAddsWhatTheServerOffers() throws IOException {
        machine.write(machine.own(), PlayServer.config());

        Run run = machine.run("describe", "play");
        assertThat(run.out())
                .containsPattern("File: +" + machine.own())
                .containsPattern("Protocol: +20")
                .contains("count");
        assertThat(run.code()).isZero();
        JsonNode json = json(machine.run("describe", "play", "-o", "json"));
        assertThat(json.path("entry").has("command")).isTrue();
        assertThat(json.path("inspection").path("lists").has("tools")).isTrue();
    }

    @Test
    void describeStartsNothingWithoutApproval() throws IOException {
        configure();

        Run run = machine.run("describe", "both");
        assertThat(run.out()).contains("Claude Code (claude-code)").doesNotContain("Protocol");
        assertThat(run.err()).contains("approve it with: mcpflux approve both");
        assertThat(run.code()).isEqualTo(3);
        assertThat(machine.run("describe", "far").code()).isZero();
        assertThat(machine.run("describe", "far", "--json").out()).contains("\"inspection\" : null");
    }

    @Test
    void getPrintsTheEntryInOurForm() throws IOException {
        configure();

        JsonNode masked = json(machine.run("get", "both", "-o", "json"));
        JsonNode revealed = json(machine.run("get", "both", "-o", "json", "--reveal"));

        assertThat(masked.toString())
                .doesNotContain("s3cr3t", "hidden-value")
                .contains("\"timeout\":\"5s\"", "${HOME_URL}");
        assertThat(revealed.path("env").path("API_KEY").asString()).isEqualTo("hidden-value");
        assertThat(revealed.path("args").get(2).asString()).isEqualTo("s3cr3t");
        assertThat(revealed.has("type")).isFalse();
    }

    @Test
    void unknownNameIsAMistake() throws IOException {
        configure();

        Run run = machine.run("get", "bot");

        assertThat(run.err())
                .contains("no server is called 'bot'; did you mean both")
                .contains("Try 'mcpflux list'");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void projectIsNotCheckedWithoutApproval() throws IOException {
        machine.write("project/mcp.json", PROJECT.replace("\"touch\"", "\"no-such-program\""));

        Run run = machine.run("list", "--check");

        assertThat(run.out())
                .containsPattern("both .* needs approval\n")
                .containsPattern("far .* disabled\n")
                .contains("needs approval");
        assertThat(run.code()).isEqualTo(3);
        assertThat(Files.exists(machine.root.resolve("approvals"))).isFalse();
    }

    /** A project can shadow a server of the user, who is told with {@code -v}, but not start it without approval. */
    @Test
    void serversOfTheUserNeedNoApproval() throws IOException {
        configure();

        Run run = machine.run("list", "--check", "-v");

        assertThat(run.out())
                .as(run.err())
                .containsPattern("both +project .* needs approval\n")
                .containsPattern("both +user .* no: shadowed\n")
                .containsPattern("own +user .* failed: ");
        assertThat(run.err())
                .contains("the server 'both' of " + machine.own() + " is not used: the project has one of this name")
                .contains("using " + machine.project.resolve(".mcp.json"), "using " + machine.own());
        assertThat(machine.run("approve", "--list").out()).contains("both").doesNotContain("own ");
    }

    private static JsonNode json(Run run) {
        return McpJson.mapper().readTree(run.out());
    }
}
