package dev.mcpflux.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.config.Surroundings;
import dev.mcpflux.host.config.form.FormFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CandidatesTest {

    @TempDir
    private Path directory;

    private List<String> candidates(String kind, String... typed) {
        List<String> args = new ArrayList<>(List.of(kind, "--"));
        args.addAll(List.of(typed));
        return of(args);
    }

    private List<String> of(List<String> args) {
        Path home = directory.resolve("home");
        return new Candidates(new Surroundings(
                        directory,
                        () -> new FormFiles(home, home.resolve(".config")),
                        name -> name.equals("HOME") ? home.toString() : null,
                        () -> {
                            throw new AssertionError("nothing is decided");
                        },
                        () -> home))
                .of(args);
    }

    private void file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void serversAreThoseOfTheFoundFile() throws IOException {
        assertThat(candidates("servers", "tools", "--from")).isEmpty();

        file(".mcp.json", "{\"mcpServers\": {\"hidden\": {\"command\": \"a\"}}}");
        assertThat(candidates("servers", "tools", "--from")).containsExactly("hidden");

        file("mcp.json", "{\"mcpServers\": {\"b\": {\"command\": \"x\"}, \"a\": {\"url\": \"https://example.org\"}}}");
        assertThat(candidates("servers", "tools", "--from")).containsExactly("b", "a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -c|other file.json|tools
            --config|other file.json|tools
            --config=other file.json|tools|--from
            tools|-cother file.json|--from
            tools|-c|'"other file.json"'
            tools|-c|other\\ file.json
            """)
    void serversAreThoseOfTheFileThatIsNamed(String first, String second, String third) throws IOException {
        file("mcp.json", "{\"mcpServers\": {\"found\": {\"command\": \"x\"}}}");
        file("other file.json", "{\"mcpServers\": {\"named\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers", first, second, third)).containsExactly("named");
    }

    @Test
    void bashTakesOptionsApart() throws IOException {
        file("a.json", "{\"servers\": {\"named\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers", "--config", "=", "a.json", "tools", "--from", "="))
                .containsExactly("named");
    }

    @Test
    void tildeIsTheHomeDirectory() throws IOException {
        file("home/a.json", "{\"mcpServers\": {\"named\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers", "-c", "~/a.json")).containsExactly("named");
    }

    @Test
    void serversOfTheCommandLineStandAlone() throws IOException {
        file("mcp.json", "{\"mcpServers\": {\"found\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers", "--server", "a=sh -c x", "--url=b=https://example.org"))
                .containsExactly("a", "b");
        assertThat(candidates("servers", "--server", "a=x", "-c", "mcp.json")).containsExactly("a", "found");
    }

    @Test
    void serversOfTheUserComeAfterThoseOfTheProject() throws IOException {
        file("mcp.json", "{\"mcpServers\": {\"found\": {\"command\": \"x\"}}}");
        file("home/.config/mcpflux/mcp.json", "{\"mcpServers\": {\"own\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers", "tools")).containsExactly("found", "own");
        assertThat(candidates("servers", "-c", "mcp.json")).containsExactly("found");
    }

    @Test
    void toolsBeginWithTheirServer() throws IOException {
        file("mcp.json", "{\"mcpServers\": {\"found\": {\"command\": \"x\"}}}");

        assertThat(candidates("tools", "call")).containsExactly("found__");
        assertThat(candidates("nonsense", "call")).isEmpty();
    }

    @Test
    void mistakesAreSilent() throws IOException {
        file("broken.json", "{\"mcpServers\": ");
        file("list.json", "[]");
        file("partly.json", "{\"mcpServers\": {\"good\": {\"command\": \"x\"}, \"bad\": 7}}");

        assertThat(candidates("servers", "-c", "broken.json")).isEmpty();
        assertThat(candidates("servers", "-c", "list.json")).isEmpty();
        assertThat(candidates("servers", "-c", "missing.json")).isEmpty();
        assertThat(candidates("servers", "-c", "")).isEmpty();
        assertThat(candidates("servers", "-c")).isEmpty();
        assertThat(candidates("servers", "-c", "a\0b")).isEmpty();
        assertThat(candidates("servers", "-c", "partly.json")).contains("good");
        assertThat(of(List.of())).isEmpty();
    }

    @Test
    void namesThatATerminalWouldNotShowAreLeftOut() throws IOException {
        file(
                "mcp.json",
                "{\"mcpServers\": {\"a\\u001b]0;x\\u0007\": {\"command\": \"x\"}, \"a\\nb\": {\"command\": \"x\"},"
                        + " \"$(x)\": {\"command\": \"x\"}}}");

        assertThat(candidates("servers")).containsExactly("$(x)");
        assertThat(candidates("servers", "--server", "a\u001b]0;x\u0007=x", "--server", "b\nc=x", "--server", "d=x"))
                .containsExactly("d");
    }
}
