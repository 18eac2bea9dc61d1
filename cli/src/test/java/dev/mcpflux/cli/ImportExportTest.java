package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.ConfigMachine.Run;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Servers of other clients are taken over, and ours are given to them. */
class ImportExportTest {

    private ConfigMachine machine;

    @BeforeEach
    void machine(@TempDir Path directory) throws IOException {
        machine = new ConfigMachine(directory);
        machine.write("home/.config/Claude/claude_desktop_config.json", """
                {"shortcut": "x", "mcpServers": {"fs": {"command": "npx", "args": ["fs", "--token", "s3cr3t"]}}}""");
        machine.write("home/.codex/config.toml", """
                model = "x"
                [mcp_servers.docs]
                command = "docs"
                cwd = "work"
                startup_timeout_sec = 20
                enabled = false
                [mcp_servers.web]
                url = "https://example.org/mcp"
                bearer_token_env_var = "WEB"
                """);
        machine.write("home/.config/zed/settings.json", "{\"theme\": \"x\"}");
        machine.write("project/.cursor/mcp.json", "{\"mcpServers\": {\"foreign\": {\"command\": \"x\"}}}");
    }

    private JsonNode own() throws IOException {
        return McpJson.mapper().readTree(machine.read(machine.own())).path("mcpServers");
    }

    // -- import

    @Test
    void importsAllClientsOfTheUser() throws IOException {
        Run run = machine.run("import", "all", "--yes");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("fs +claude-desktop +fs +imported +args.2 is a secret in plain text")
                .containsPattern("docs +codex +docs +imported +line 5: \"startup_timeout_sec\" is in seconds")
                .doesNotContain("s3cr3t", "foreign");
        assertThat(own().propertyNames()).containsExactly("fs", "docs", "web");
        assertThat(own().path("docs").path("cwd").asString())
                .isEqualTo(machine.home.resolve("work").toString());
        assertThat(own().path("docs").path("disabled").asBoolean()).isTrue();
        assertThat(own().path("web").path("headers").path("Authorization").asString())
                .isEqualTo("Bearer ${WEB}");
    }

    @Test
    void somebodyHasToAgree() {
        Run run = machine.run("import", "claude-desktop");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--yes imports them, --dry-run only shows them");
        Run dry = machine.run("import", "claude-desktop", "--dry-run");
        assertThat(dry.code()).isZero();
        assertThat(dry.out()).contains("imported");
        assertThat(machine.own()).doesNotExist();
    }

    @Test
    void importingTwiceChangesNothing() throws IOException {
        machine.run("import", "codex", "web", "--yes");
        String text = machine.read(machine.own());

        Run run = machine.run("import", "codex", "web", "--yes");

        assertThat(run.out()).contains("already there");
        assertThat(run.err()).contains("there is nothing to import");
        assertThat(machine.read(machine.own())).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rename", "skip", "replace"})
    void nameThatIsTaken(String onConflict) throws IOException {
        machine.write(machine.own(), "{\"mcpServers\": {\"fs\": {\"command\": \"mine\"}}}");

        Run run = machine.run("import", "claude-desktop", "--yes", "--on-conflict", onConflict);
        Run again = machine.run("import", "claude-desktop", "--yes", "--on-conflict", onConflict);

        assertThat(own().path("fs").path("command").asString())
                .isEqualTo(onConflict.equals("replace") ? "npx" : "mine");
        assertThat(own().has("fs-2")).isEqualTo(onConflict.equals("rename"));
        assertThat(own().has("fs-3")).isFalse();
        assertThat(run.out())
                .contains(
                        switch (onConflict) {
                            case "rename" -> "renamed";
                            case "skip" -> "left out: name taken";
                            default -> "replaces one";
                        });
        assertThat(again.err()).contains("there is nothing to import");
    }

    /** What came with a project is not to be started without approval because it was imported with everything else. */
    @Test
    void filesOfTheProjectAreReadForTheProjectOnly() throws IOException {
        Run run = machine.run("import", "cursor", "--yes");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Cursor has no servers here", "-s project reads the files of the project");

        Run project = machine.run("import", "cursor", "-s", "project", "--yes");
        assertThat(project.err()).contains("approved for you, since you have imported them: foreign");
        assertThat(machine.read(machine.project.resolve("mcp.json"))).contains("foreign");
        assertThat(machine.own()).doesNotExist();
    }

    @Test
    void fileIsImported() throws IOException {
        Path file = machine.write("x.json", """
                {"servers": {"a": {"command": "x", "env": {"K": "${input:key}"}}, "b": {"command": "y"}},
                 "inputs": [{"id": "key", "type": "promptString", "password": true}]}""");

        machine.run("import", file.toString(), "a", "--yes");

        assertThat(own().propertyNames()).containsExactly("a");
        assertThat(machine.read(machine.own())).contains("\"inputs\"", "promptString");
        assertThat(machine.run("import", file.toString(), "c", "--yes").err()).contains("there is a, b");
        assertThat(machine.run("import", "claud-desktop").err()).contains("did you mean claude-desktop");
        assertThat(machine.run("import", "zed").err()).contains("Zed has no servers here; looked at ");
    }

    // -- export

    @Test
    void exportsTheProposedStandardWithoutSecrets() throws IOException {
        machine.write(machine.own(), """
                {"mcpServers": {
                  "a": {"command": "x", "env": {"API_KEY": "s3cr3t", "LEVEL": "debug", "H": "${HOME}"}, "lazy": true},
                  "far": {"url": "https://example.org/mcp?key=s3cr3t", "headers": {"Authorization": "Bearer s3cr3t"}}}}""");

        Run run = machine.run("export");

        assertThat(run.code()).isZero();
        assertThat(run.out() + run.err()).doesNotContain("s3cr3t");
        JsonNode servers = McpJson.mapper().readTree(run.out()).path("mcpServers");
        assertThat(servers.path("a").path("type").asString()).isEqualTo("stdio");
        assertThat(servers.path("a").path("env").toString())
                .isEqualTo("{\"API_KEY\":\"${env:API_KEY}\",\"LEVEL\":\"debug\",\"H\":\"${env:HOME}\"}");
        assertThat(servers.path("far").path("headers").path("Authorization").asString())
                .isEqualTo("Bearer ${env:FAR_AUTHORIZATION}");
        assertThat(run.err())
                .contains("a: lost, because the form cannot say it: \"lazy\"")
                .contains("a: env.API_KEY is a secret, so ${env:API_KEY} is written in its place");
        assertThat(machine.run("export", "--own-keys").out()).contains("\"lazy\": true");
        assertThat(machine.run("export", "--with-secrets").out()).contains("Bearer s3cr3t", "key=s3cr3t");
    }

    @Test
    void exportsTheSyntaxOfTheForm() throws IOException {
        machine.run("import", "codex", "--yes");

        Run toml = machine.run("export", "--format", "codex");
        assertThat(toml.out()).contains("[mcp_servers.docs]\n", "enabled = false", "bearer_token_env_var = \"WEB\"");
        assertThat(toml.err()).doesNotContain("lost");
        assertThat(machine.run("export", "docs", "--format", "goose").out()).startsWith("extensions:\n");
        assertThat(machine.run("export", "doc").err()).contains("did you mean docs");
    }

    @Test
    void exportedSecretIsAskedForWhereTheFormCan() throws IOException {
        machine.run("add", "a", "-e", "API_KEY=s3cr3t", "--", "x");

        JsonNode code = McpJson.mapper()
                .readTree(machine.run("export", "--format", "vscode").out());

        assertThat(code.path("servers").path("a").path("env").path("API_KEY").asString())
                .isEqualTo("${input:a_API_KEY}");
        assertThat(code.path("inputs").get(0).path("id").asString()).isEqualTo("a_API_KEY");
    }

    @Test
    void fileIsWrittenOnce() throws IOException {
        machine.run("add", "a", "--", "x");
        Path file = machine.root.resolve("out.yaml");

        assertThat(machine.run("export", "-f", file.toString()).out()).isEmpty();
        assertThat(machine.read(file)).startsWith("mcpServers:\n");
        Run again = machine.run("export", "-f", file.toString());
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("is there already; --force replaces it");
        assertThat(machine.run("export", "-f", file.toString(), "--force").code())
                .isZero();
    }

    @Test
    void helpListsAllForms() {
        assertThat(machine.run("export", "--help").out().replaceAll("\\s+", " "))
                .contains(String.join(", ", ConfigForms.all().keySet()) + ".");
    }
}
