package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.install.InstallSource.Kind;
import dev.mcpflux.host.config.McpConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstallSourceTest {

    private static final InstallOptions DEFAULTS = InstallOptions.defaults();

    private static Proposal propose(InstallSource source) {
        return source.propose().block();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://mcp.example.com/mcp | URL",
                "https://example.com/releases/tides.mcpb?x=1 | BUNDLE",
                "tides.dxt | BUNDLE",
                "./dir/Tides.MCPB | BUNDLE",
                "io.github.user/tides | REGISTRY",
                "com.example/tides@1.2.3-rc.1 | REGISTRY",
                "server.json | FILE",
                "{\"command\":\"x\"} | JSON",
                "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30= | LINK",
                "https://cursor.com/install-mcp?name=x&config=e30= | LINK",
            })
    void oneWordIsRecognisedByItsShape(String word, Kind kind) {
        assertThat(InstallSource.of(List.of(word), DEFAULTS).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"npx", "user/repo", "io.github.user/", "ftp://x/y"})
    void otherWordsAreRefusedWithWhatToDo(String word) {
        assertThatThrownBy(() -> InstallSource.of(List.of(word), DEFAULTS))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("a command comes after --, such as: -- " + word);
    }

    @Test
    void commandKeepsItsWordsAndVariables() {
        InstallOptions options = InstallOptions.builder()
                .environment(Map.of("KEY", "${env:MY_KEY}"))
                .build();
        Proposal proposal =
                propose(InstallSource.of(List.of("npx", "-y", "@acme/server-tides", "--dir", "a b"), options));
        assertThat(proposal.name()).isEqualTo("tides");
        assertThat(proposal.with(Map.of()).entry().toString())
                .isEqualTo("{\"command\":\"npx\",\"args\":[\"-y\",\"@acme/server-tides\",\"--dir\",\"a b\"],"
                        + "\"env\":{\"KEY\":\"${env:MY_KEY}\"}}");
        assertThat(propose(InstallSource.command(List.of("tides"), DEFAULTS))
                        .entry()
                        .toString())
                .isEqualTo("{\"command\":\"tides\"}");
    }

    @Test
    void urlTakesHeadersAndATransport() {
        InstallOptions options = InstallOptions.builder()
                .headers(Map.of("X-Key", "k"))
                .transport("sse")
                .name("mine")
                .build();
        Proposal proposal = propose(InstallSource.of(List.of("https://mcp.example.com/sse"), options));
        assertThat(proposal.name()).isEqualTo("mine");
        assertThat(proposal.entry().toString())
                .isEqualTo("{\"type\":\"sse\",\"url\":\"https://mcp.example.com/sse\",\"headers\":{\"X-Key\":\"k\"}}");
    }

    @Test
    void optionsThatDoNotFitAreErrors() {
        InstallOptions env =
                InstallOptions.builder().environment(Map.of("A", "b")).build();
        InstallOptions headers =
                InstallOptions.builder().headers(Map.of("A", "b")).build();
        InstallOptions stdio = InstallOptions.builder().transport("stdio").build();
        List<String> url = List.of("https://example.com/mcp");
        assertThatThrownBy(() -> propose(InstallSource.of(url, env))).hasMessageContaining("a URL takes -H");
        assertThatThrownBy(() -> propose(InstallSource.of(url, stdio)))
                .hasMessageContaining("expected the transport http or sse");
        assertThatThrownBy(() -> propose(InstallSource.command(List.of("x"), headers)))
                .hasMessageContaining("a command takes -e");
        assertThatThrownBy(() -> propose(InstallSource.json("{\"url\":\"https://x/\"}", env)))
                .hasMessageContaining("reached by a URL");
        assertThatThrownBy(() -> propose(InstallSource.command(List.of(), DEFAULTS)))
                .hasMessageContaining("expected a command after --");
    }

    @Test
    void jsonMayBeAnEntryOrAFileWithOneServer() {
        String entry = "{\"command\":\"tides\",\"args\":[\"--x\"]}";
        for (String json : List.of(
                "{\"mcpServers\":{\"sea\":" + entry + "}}",
                "{\"servers\":{\"sea\":" + entry + "}}",
                "{\"sea\":" + entry + "}",
                "{\"name\":\"sea\",\"command\":\"tides\",\"args\":[\"--x\"]}")) {
            Proposal proposal = propose(InstallSource.json(json, DEFAULTS));
            assertThat(proposal.name()).isEqualTo("sea");
            assertThat(proposal.entry().toString()).isEqualTo(entry);
        }
        assertThat(propose(InstallSource.json(entry, DEFAULTS)).name()).isEqualTo("tides");
        assertThatThrownBy(() -> propose(
                        InstallSource.json("{\"mcpServers\":{\"a\":" + entry + ",\"b\":" + entry + "}}", DEFAULTS)))
                .hasMessage("the entry, /mcpServers: expected one server, found 2; add one by one");
        assertThatThrownBy(() -> propose(InstallSource.json("{\"a\":{\"b\":1}}", DEFAULTS)))
                .hasMessageContaining("the entry, /a: expected \"command\"");
        assertThatThrownBy(() -> propose(InstallSource.json("{\"a\":1} x", DEFAULTS)))
                .hasMessageContaining("found text that is not JSON");
    }

    @Test
    void fileIsReadFromTheDirectory(@TempDir Path dir) throws Exception {
        InstallOptions options = InstallOptions.builder().directory(dir).build();
        Files.writeString(dir.resolve("server.json"), """
                {"name":"io.github.user/tides","version":"1.0.0","packages":[{"registryType":"npm",\
                "identifier":"tides","version":"1.0.0","transport":{"type":"stdio"}}]}""");
        Files.writeString(dir.resolve("mcp.json"), "{\"mcpServers\":{\"sea\":{\"url\":\"https://sea.example/mcp\"}}}");
        assertThat(propose(InstallSource.of(List.of("server.json"), options))
                        .entry()
                        .toString())
                .isEqualTo("{\"command\":\"npx\",\"args\":[\"-y\",\"tides@1.0.0\"]}");
        assertThat(propose(InstallSource.of(List.of("mcp.json"), options)).name())
                .isEqualTo("sea");
        assertThatThrownBy(() -> propose(InstallSource.of(List.of("none.json"), options)))
                .hasMessageContaining("there is no file none.json");
    }

    @Test
    void givenVariableIsNotAskedFor(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("server.json"), """
                {"name":"io.github.user/tides","packages":[{"registryType":"oci","identifier":"images.example/acme/tides:1",\
                "environmentVariables":[{"name":"API_KEY","isRequired":true,"isSecret":true}]}]}""");
        InstallOptions options = InstallOptions.builder()
                .directory(dir)
                .environment(Map.of("API_KEY", "${env:K}", "MORE", "1"))
                .build();
        Proposal proposal = propose(InstallSource.of(List.of("server.json"), options));
        assertThat(proposal.questions()).isEmpty();
        assertThat(proposal.entry().path("args").toString())
                .isEqualTo(
                        "[\"run\",\"-i\",\"--rm\",\"-e\",\"API_KEY\",\"-e\",\"MORE\",\"images.example/acme/tides:1\"]");
    }
}
