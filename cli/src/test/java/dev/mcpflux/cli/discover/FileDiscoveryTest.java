package dev.mcpflux.cli.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpflux.cli.discover.DiscoveredFile.State;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.FormFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiscoveryTest {

    private Path home;
    private Path project;

    @BeforeEach
    void directories(@TempDir Path temporary) throws IOException {
        home = Files.createDirectory(temporary.resolve("home"));
        project = Files.createDirectory(temporary.resolve("project"));
    }

    private void write(Path file, String text) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private List<DiscoveredFile> read() {
        FormFiles files = new FormFiles(home, home.resolve(".config"));
        return Objects.requireNonNull(new FileDiscovery(project, name -> null)
                .read(files.in(project))
                .filter(file -> file.state() != State.MISSING)
                .collectList()
                .block());
    }

    private static List<String> names(DiscoveredFile file) {
        return file.servers().stream().map(ServerDefinition::name).toList();
    }

    @Test
    void readsTheFilesOfSeveralClients() throws IOException {
        write(home.resolve(".cursor/mcp.json"), """
                {"mcpServers": {"a": {"command": "x"}, "b": {"url": "https://h/mcp"}}}""");
        write(home.resolve(".codex/config.toml"), """
                model = "m"
                [mcp_servers.c]
                command = "y"
                """);
        write(project.resolve(".vscode/mcp.json"), """
                {"servers": {"d": {"type": "stdio", "command": "z"}}}""");

        assertThat(read())
                .extracting(DiscoveredFile::client, FileDiscoveryTest::names)
                .containsExactlyInAnyOrder(
                        tuple("vscode", List.of("d")),
                        tuple("cursor", List.of("a", "b")),
                        tuple("codex", List.of("c")));
    }

    @Test
    void brokenFileIsOneElement() throws IOException {
        write(home.resolve(".cursor/mcp.json"), "{\"mcpServers\": {\"a\": {\"env\": {\"T\": \"s3cr3t\"}");
        write(home.resolve(".lmstudio/mcp.json"), "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}");

        List<DiscoveredFile> files = read();

        assertThat(files)
                .extracting(DiscoveredFile::client, DiscoveredFile::state)
                .containsExactlyInAnyOrder(tuple("cursor", State.BROKEN), tuple("lm-studio", State.READ));
        assertThat(files)
                .filteredOn(file -> file.problem() != null)
                .singleElement()
                .satisfies(file ->
                        assertThat(file.problem()).contains(".cursor", "line 1").doesNotContain("s3cr3t"));
    }

    @Test
    void serversOfTheProjectAreFoundInTheFileOfTheUser() throws IOException {
        write(home.resolve(".claude.json"), """
                {"numStartups": 1, "projects": {"%s": {"mcpServers": {"local": {"command": "x"}}}}}""".formatted(project.toString().replace("\\", "\\\\")));

        assertThat(read()).singleElement().satisfies(file -> {
            assertThat(file.client()).isEqualTo("claude-code");
            assertThat(names(file)).containsExactly("local");
            assertThat(file.warnings()).isEmpty();
        });
    }

    @Test
    void settingsWithoutServersAreNoMistake() throws IOException {
        write(home.resolve(".claude.json"), "{\"numStartups\": 1, \"projects\": {}}");
        write(home.resolve(".gemini/settings.json"), "{\"theme\": \"x\"}");
        write(home.resolve(".lmstudio/mcp.json"), "{\"servres\": 1}");

        assertThat(read())
                .extracting(DiscoveredFile::client, DiscoveredFile::state)
                .containsExactlyInAnyOrder(
                        tuple("claude-code", State.WITHOUT_SERVERS),
                        tuple("gemini", State.WITHOUT_SERVERS),
                        tuple("lm-studio", State.BROKEN));
    }

    @Test
    void differencesAreKeysAndNoValues() throws IOException {
        write(home.resolve(".cursor/mcp.json"), """
                {"mcpServers": {
                  "same": {"command": "x", "args": ["1"]},
                  "other": {"command": "x", "args": ["1"], "env": {"T": "first-s3cr3t", "U": "u"}},
                  "wrong": {"command": "x"}}}""");
        write(project.resolve(".vscode/mcp.json"), """
                {"servers": {
                  "same": {"type": "stdio", "command": "x", "args": ["1"]},
                  "other": {"type": "stdio", "command": "x", "args": ["2"], "env": {"T": "second-s3cr3t", "U": "u"}},
                  "wrong": {"type": "stdio"}}}""");

        Discovery discovery = Discovery.of(read(), home);

        assertThat(discovery.shared())
                .extracting(SharedServer::name, SharedServer::isSame, SharedServer::differences)
                .containsExactly(
                        tuple("same", true, List.of()),
                        tuple("other", false, List.of("args", "env.T")),
                        tuple("wrong", false, List.of()));
        for (boolean json : new boolean[] {false, true}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new Output(json, out, Terminal.Target.OTHER, new PrintWriter(new ByteArrayOutputStream()))
                    .show(discovery.document());
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("other", "env.T", json ? "\"same\" : true" : "~/.cursor/mcp.json")
                    .doesNotContain("s3cr3t");
        }
    }
}
