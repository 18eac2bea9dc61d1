package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.CallPolicy.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What single clients write in ways of their own, and what is not supported. */
class ClientFormsTest {

    @TempDir
    private Path project;

    private ConfigFile.Content read(String file, String text) {
        return reader(file, text).read();
    }

    private ConfigFile reader(String file, String text) {
        try {
            Path path = project.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return new ConfigFile(path, variable -> null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String problem(ServerDefinition server) {
        ServerDefinition.Invalid invalid = (ServerDefinition.Invalid) server;
        return invalid.place() + ": " + invalid.problem();
    }

    // -- what is not supported

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            .vscode/mcp.json | {"servers":{"a":{"type":"http","url":"unix:///s.sock#/mcp"}}}   | 38, /servers/a/url: HTTP over a Unix domain socket (unix:) is not supported; expected a URL that begins with http:// or https://
            .vscode/mcp.json | {"servers":{"a":{"url":"pipe:///pipe/x"}}}                      | 24, /servers/a/url: HTTP over a named pipe (pipe:) is not supported; expected
            .mcp.json        | {"mcpServers":{"a":{"type":"ws","url":"ws://h"}}}               | 28, /mcpServers/a/type: WebSockets are not supported; there are "stdio"
            .qoder/settings.json | {"mcpServers":{"a":{"url":"wss://u:p4ss@h/s3cr3t"}}}        | /mcpServers/a/url: WebSockets (wss:) are not supported
            .gemini/settings.json | {"mcpServers":{"a":{"httpUrl":"https://h","authProviderType":"google_credentials"}}} | /mcpServers/a/authProviderType: accounts of Google are not supported; write "headersHelper"
            mcp.json         | {"mcpServers":{"a":{"url":"https://h","auth":"t0k3n-s3cr3t"}}}  | /mcpServers/a/auth: expected "none", "static", "helper" or "oauth", found another string
            """)
    void namesWhatIsNotSupported(String file, String text, String expected) {
        assertThat(problem(read(file, text).servers().get(0)))
                .contains(expected)
                .doesNotContain("s3cr3t", "p4ss");
    }

    @Test
    void detailsOfOauthThatAreDiscoveredAreNoMistakes() {
        ConfigFile.Content content = read(".gemini/settings.json", """
                {"mcpServers": {"a": {"httpUrl": "https://h", "oauth": {"clientId": "me", "tokenUrl": "https://t",
                    "authorizationUrl": "https://a", "audiences": ["x"]}}}}""");

        assertThat(content.warnings()).isEmpty();
        assertThat(content.notes())
                .hasSize(3)
                .anySatisfy(note -> assertThat(note).contains("/oauth/tokenUrl: \"tokenUrl\" is not applicable"));
    }

    // -- entries that are no objects

    @Test
    void openHandsWritesAddressesAlone() {
        ConfigFile.Content content = read(".openhands/config.toml", """
                [mcp]
                shttp_servers = ["https://a.example/mcp", {url = "https://b.example/mcp", api_key = "k"}]
                sse_servers = ["https://c.example/sse", 7]
                """);

        assertThat(content.warnings()).isEmpty();
        assertThat(content.servers())
                .extracting(ServerDefinition::name)
                .containsExactly("streamable-http-1", "streamable-http-2", "sse-1", "sse-2");
        assertThat(((ServerDefinition.Http) content.servers().get(0)).url().text())
                .isEqualTo("https://a.example/mcp");
        assertThat(problem(content.servers().get(3)))
                .contains("line 3, ", "/mcp/sse_servers/1: expected an object, found a number");
    }

    @Test
    void continueKeepsSomeServersElsewhere() {
        ConfigFile.Content content = read(
                ".continue/config.yaml", "mcpServers:\n  - uses: someone/some-server\n  - name: a\n    command: b\n");

        assertThat(content.warnings()).isEmpty();
        assertThat(content.servers()).extracting(ServerDefinition::name).containsExactly("a");
        assertThat(content.notes()).singleElement().asString().contains("/mcpServers/0: a server is left out");
    }

    // -- what stands outside of entries

    @Test
    void vsCodeSharesASandbox() {
        ConfigFile.Content content = read(".vscode/mcp.json", """
                {
                  "sandbox": {"filesystem": {"allowWrite": ["shared"], "denyReed": []}},
                  "servers": {
                    "on": {"command": "a", "sandboxEnabled": true},
                    "own": {"command": "a", "sandboxEnabled": true, "sandbox": {"filesystem": {"allowWrite": ["own"]}}},
                    "off": {"command": "a"},
                    "limits": {"command": "a", "sandbox": {"filesystem": {}}}
                  }
                }""");

        assertThat(content.servers())
                .map(server -> ((ServerDefinition.Stdio) server).stdio().sandbox())
                .extracting(sandbox -> sandbox.enabled() + " " + sandbox.allowWrite())
                .containsExactly("true [shared]", "true [own]", "false []", "false []");
        assertThat(content.warnings())
                .singleElement()
                .asString()
                .contains("line 2, ", "/sandbox/filesystem/denyReed: unknown key");
    }

    @Test
    void agentsOfAmazonQNameTheirTools() {
        String text = """
                {
                  "name": "reviewer",
                  "mcpServers": {"git": {"command": "git-server"}, "fetch": {"command": "f"}, "unused": {"command": "u"}},
                  "tools": ["fs_read", "@git/git_*", "@git/show", "@fetch"],
                  "allowedTools": ["@git/git_status", "@fe*"],
                  "toolAliases": {"@git/git_status": "status"}
                }""";
        List<ServerDefinition> servers =
                read(".amazonq/cli-agents/reviewer.json", text).servers();
        ServerOptions git = servers.get(0).options();
        ServerOptions fetch = servers.get(1).options();

        assertThat(git.tools().include()).containsExactly("git_*", "show");
        assertThat(git.tools().names()).isEqualTo(Map.of("git_status", "status"));
        assertThat(git.policy().otherwise()).isEqualTo(Action.ASK_IF_POSSIBLE);
        assertThat(git.policy().tools()).isEqualTo(Map.of("git_status", Action.ALLOW));
        assertThat(fetch.tools()).isEqualTo(ToolSelection.defaults());
        assertThat(fetch.policy().otherwise()).isEqualTo(Action.ALLOW);
        assertThat(servers.get(2).options().tools().exclude()).containsExactly("*");
        assertThat(read("anywhere.json", text).form().id()).isEqualTo("amazon-q");
    }

    @Test
    void claudeCodeSwitchesServersOffElsewhere() {
        reader(".claude/settings.json", "{\"disabledMcpjsonServers\": [\"a\"], \"enabledMcpjsonServers\": [\"b\"]}");
        reader(".claude/settings.local.json", "{ this is broken");
        ConfigFile.Content content =
                read(".mcp.json", "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"b\": {\"command\": \"x\"}}}");

        assertThat(content.servers().get(0).options().disabled())
                .isEqualTo("\"disabledMcpjsonServers\" in " + project.resolve(".claude/settings.json"));
        assertThat(content.servers().get(1).options().disabled()).isNull();
        assertThat(content.warnings()).isEmpty();
        assertThat(content.notes()).singleElement().asString().contains("settings.local.json cannot be read");
    }

    @Test
    void claudeCodeHasServersByProject() {
        String text = """
                {
                  "mcpServers": {"a": {"command": "user"}, "b": {"command": "user"}, "c": {"command": "user"}},
                  "projects": {
                    "%s": {"mcpServers": {"a": {"command": "project"}}, "disabledMcpServers": ["b"]},
                    "/elsewhere": {"mcpServers": {"d": {"command": "other"}}, "disabledMcpServers": ["c"]}
                  }
                }""".formatted(project);
        ConfigFile.Content content =
                reader("home/.claude.json", text).workspace(project).read();

        assertThat(content.servers()).extracting(ServerDefinition::name).containsExactly("a", "b", "c");
        assertThat(((ServerDefinition.Stdio) content.servers().get(0)).command().text())
                .isEqualTo("project");
        assertThat(content.servers().get(1).options().disabled()).contains("\"disabledMcpServers\"", "/projects/");
        assertThat(content.servers().get(2).options().disabled()).isNull();
        assertThat(content.warnings()).isEmpty();
        assertThat(content.notes()).singleElement().asString().contains("that of the project counts");
        assertThat(reader("home/.claude.json", text).read().servers())
                .extracting(server -> server.options().disabled())
                .containsOnlyNulls();
    }

    @Test
    void settingsOfClaudeCodeAreNoServers() {
        ConfigFile.Content content = read("home/.claude.json", "{\"numStartups\": 1, \"projects\": {}}");

        assertThat(content.form().id()).isEqualTo("claude-code");
        assertThat(content.servers()).isEmpty();
        assertThat(content.warnings()).isEmpty();
    }

    // -- details of keys

    @Test
    void opencodeOfTwoVersions() {
        ConfigFile.Content one = read(
                "opencode.json",
                "{\"mcp\": {\"servers\": {\"type\": \"local\", \"command\": [\"x\"], \"timeout\": 7000}}}");
        ConfigFile.Content two = read("any.json", """
                {"mcp": {"servers": {"a": {"type": "local", "command": ["x", "y"], "disabled": false,
                    "timeout": {"startup": 2000, "request": 90000, "other": 1}}}}}""");

        assertThat(one.servers()).extracting(ServerDefinition::name).containsExactly("servers");
        assertThat(one.servers().get(0).options().startTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(two.form().id()).isEqualTo("opencode");
        ServerOptions options = two.servers().get(0).options();
        assertThat(options.startTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.request())
                .satisfies(request -> assertThat(request.totalTimeout()).isEqualTo(Duration.ofSeconds(90)));
        assertThat(two.warnings()).singleElement().asString().contains("/timeout/other: unknown key \"other\"");
    }

    @Test
    void fastMcpWritesABearerTokenAsItsAuthorization() {
        ServerDefinition.Http server = (ServerDefinition.Http)
                read("fastmcp.json", "{\"mcpServers\": {\"a\": {\"url\": \"https://h\", \"auth\": \"abc\"}}}")
                        .servers()
                        .get(0);

        assertThat(server.headers()).containsKey("Authorization");
        assertThat(server.headers().values()).extracting(Template::text).containsExactly("Bearer abc");
        assertThat(((ServerDefinition.Http) read(
                                        "fastmcp.json",
                                        "{\"mcpServers\": {\"a\": {\"url\": \"https://h\", \"auth\": \"oauth\"}}}")
                                .servers()
                                .get(0))
                        .authorization())
                .isEqualTo(ServerAuthorization.oauth());
    }

    @Test
    void ofTwoUnitsTheNewerKeyCounts() {
        ConfigFile.Content content = read(".codex/config.toml", """
                [mcp_servers.a]
                command = "x"
                startup_timeout_ms = 5000
                startup_timeout_sec = 12.5
                """);

        assertThat(content.servers().get(0).options().startTimeout()).isEqualTo(Duration.ofMillis(12_500));
    }

    @Test
    void namesAndValuesOfVariablesStandBesideEachOther() {
        for (String entry : List.of(
                "envs: {LEVEL: '2', BOTH: value}\n    env_keys: [TOKEN, BOTH]",
                "env_keys: [TOKEN, BOTH]\n    envs: {LEVEL: '2', BOTH: value}")) {
            ConfigFile.Content content = read(
                    ".config/goose/config.yaml", "extensions:\n  a:\n    type: stdio\n    cmd: x\n    " + entry + "\n");

            assertThat(content.warnings()).isEmpty();
            assertThat(((ServerDefinition.Stdio) content.servers().get(0)).environment())
                    .hasEntrySatisfying(
                            "LEVEL", value -> assertThat(value.text()).isEqualTo("2"))
                    .hasEntrySatisfying(
                            "BOTH", value -> assertThat(value.text()).isEqualTo("value"))
                    .hasEntrySatisfying(
                            "TOKEN", value -> assertThat(value.text()).isEqualTo("${TOKEN:-${secret:TOKEN}}"))
                    .hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"1_000, 16m40s", "1e2, 1m40s", "0x10, 16s", "inf, ", "nan, ", "-3, ", "0, ", "0.0001, ", "99999999999, "
    })
    void numbersOfTomlAreTimes(String number, String expected) {
        ServerDefinition server = read(
                        ".codex/config.toml", "[mcp_servers.a]\ncommand = \"x\"\ntool_timeout_sec = " + number + "\n")
                .servers()
                .get(0);

        if (expected == null) {
            assertThat(problem(server)).contains("line 3, ", "/mcp_servers/a/tool_timeout_sec: expected a time");
        } else {
            assertThat(server.options().request())
                    .satisfies(request -> assertThat(request.totalTimeout()).isEqualTo(Durations.parse(expected)));
        }
    }
}
