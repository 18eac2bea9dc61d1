package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.cli.install.BundleManifest.Machine;
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

class BundleManifestTest {

    private static final Path PLACE = Path.of("/data/tides/1");

    @TempDir
    Path content;

    private final Machine linux = new Machine("linux", Path.of("/home/me"), "/", List.of());

    private Proposal propose(String members, Machine machine) {
        SourceNode node = SourceNode.parse(
                "{\"manifest_version\":\"0.3\",\"name\":\"tides\",\"version\":\"1.0.0\"," + members + "}",
                "manifest.json");
        return new BundleManifest(node, machine).draft(content, PLACE).propose("tides");
    }

    private Proposal propose(String members) {
        return propose(members, linux);
    }

    private static String node(String config) {
        return "\"server\":{\"type\":\"node\",\"entry_point\":\"server/index.js\",\"mcp_config\":{" + config + "}}";
    }

    @Test
    void variablesOfTheManifestAreReplaced() {
        Proposal proposal =
                propose(node("\"command\":\"node\",\"args\":[\"${__dirname}/server${/}index.js\",\"${HOME}\","
                        + "\"${DESKTOP}|${DOCUMENTS}|${DOWNLOADS}|${pathSeparator}\",\"${OTHER} ${env:SECRET}\"]"));
        assertThat(proposal.entry().toString())
                .isEqualTo("{\"command\":\"node\",\"args\":[\"/data/tides/1/server/index.js\",\"/home/me\","
                        + "\"/home/me/Desktop|/home/me/Documents|/home/me/Downloads|/\",\"$${OTHER} $${env:SECRET}\"],"
                        + "\"cwd\":\"/data/tides/1\"}");
    }

    private static final String CONFIG = """
            ,"user_config":{
              "dirs":{"type":"directory","title":"Folders","description":"Where","multiple":true,"required":true,
                      "default":["${HOME}/Desktop","/srv"]},
              "key":{"type":"string","title":"Key","description":"K","sensitive":true,"required":true},
              "size":{"type":"number","title":"Size","description":"S","default":10,"min":1,"max":99.5},
              "quick":{"type":"boolean","title":"Quick","description":"Q","default":true},
              "base":{"type":"file","title":"Base","description":"B"},
              "unused":{"type":"string","title":"U","description":"U","required":true}}""";

    @Test
    void userConfigBecomesQuestions() {
        Proposal proposal = propose(node("\"command\":\"node\",\"args\":[\"x.js\",\"--base\",\"${user_config.base}\","
                        + "\"--size=${user_config.size}\",\"${user_config.dirs}\"],"
                        + "\"env\":{\"KEY\":\"Bearer ${user_config.key}\",\"QUICK\":\"${user_config.quick}\"}")
                + CONFIG);
        assertThat(proposal.questions())
                .extracting(Question::id)
                .containsExactly("base", "size", "dirs", "key", "quick");
        assertThat(proposal.questions().get(2).defaultValue()).isEqualTo("/home/me/Desktop\n/srv");
        assertThat(proposal.questions().get(3).secret()).isTrue();
        assertThat(proposal.with(Map.of("key", "k", "dirs", "/a\n/b")).entry().toString())
                .isEqualTo(
                        "{\"command\":\"node\",\"args\":[\"x.js\",\"--size=10\",\"/a\",\"/b\"],"
                                + "\"env\":{\"KEY\":\"Bearer ${secret:tides_key}\",\"QUICK\":\"true\"},\"cwd\":\"/data/tides/1\"}");
        assertThat(proposal.with(Map.of("base", "/b", "size", "99.5"))
                        .entry()
                        .path("args")
                        .toString())
                .isEqualTo("[\"x.js\",\"--base\",\"/b\",\"--size=99.5\",\"/home/me/Desktop\",\"/srv\"]");
        assertThatThrownBy(() -> proposal.with(Map.of("size", "100"))).hasMessageContaining("at most 99.5");
    }

    @Test
    void platformOverridesReplaceWhatTheyName() {
        String config = node("\"command\":\"node\",\"args\":[\"a\"],\"env\":{\"A\":\"1\"},\"platform_overrides\":{"
                + "\"darwin\":{\"command\":\"node-mac\",\"env\":{\"B\":\"2\"}}}");
        assertThat(propose(config).entry().toString())
                .startsWith("{\"command\":\"node\",\"args\":[\"a\"],\"env\":{\"A\":\"1\"}");
        assertThat(propose(config, new Machine("darwin", Path.of("/h"), "/", List.of()))
                        .entry()
                        .toString())
                .startsWith("{\"command\":\"node-mac\",\"args\":[\"a\"],\"env\":{\"B\":\"2\"}");
    }

    @Test
    void programOfTheBundleIsFoundInIt() throws Exception {
        Files.createDirectories(content.resolve("server"));
        Files.writeString(content.resolve("server/tides"), "");
        Files.writeString(content.resolve("server/other.exe"), "");
        String binary =
                "\"server\":{\"type\":\"binary\",\"entry_point\":\"server/tides\",\"mcp_config\":{\"command\":\"%s\"}}";
        assertThat(command(binary.formatted("server/tides"), linux)).isEqualTo("/data/tides/1/server/tides");
        assertThat(command(binary.formatted("${__dirname}/server/tides"), linux))
                .isEqualTo("/data/tides/1/server/tides");
        Machine windows = new Machine("win32", Path.of("/h"), "\\", List.of());
        assertThat(command(binary.formatted("server/other"), windows)).isEqualTo("/data/tides/1/server/other.exe");
        assertThat(command(binary.formatted("${__dirname}/server/other"), windows))
                .isEqualTo("/data/tides/1/server/other.exe");
        assertThatThrownBy(() -> propose(binary.formatted("server/none")))
                .hasMessage("manifest.json, /server/mcp_config/command: the bundle does not hold this file");
        assertThatThrownBy(() -> propose(binary.formatted("../../bin/sh")))
                .hasMessageContaining("expected a path within the bundle");
    }

    private String command(String members, Machine machine) {
        return propose(members, machine).entry().path("command").asString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "uv | src/server.py | {'command':'uv','args':['run','--directory','/data/tides/1','src/server.py']",
                "node | index.js | {'command':'node','args':['/data/tides/1/index.js']",
                "python | main.py | {'command':'python3','args':['/data/tides/1/main.py']",
                "binary | tides | {'command':'/data/tides/1/tides'",
            })
    void serverWithoutConfigIsStartedByItsType(String type, String entry, String expected) {
        Proposal proposal = propose("\"server\":{\"type\":\"" + type + "\",\"entry_point\":\"" + entry + "\"}");
        assertThat(proposal.entry().toString()).isEqualTo(expected.replace('\'', '"') + ",\"cwd\":\"/data/tides/1\"}");
        assertThatThrownBy(() -> propose("\"server\":{\"type\":\"" + type + "\",\"entry_point\":\"../x\"}"))
                .hasMessageContaining("/server/entry_point: expected a path within the bundle");
    }

    @Test
    void compatibilityIsChecked() throws Exception {
        String config = node("\"command\":\"node\"");
        assertThatThrownBy(() -> propose(config + ",\"compatibility\":{\"platforms\":[\"darwin\",\"win32\"]}"))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessage("manifest.json, /compatibility/platforms: the server runs on darwin, win32, this is linux");
        String runtimes = config + ",\"compatibility\":{\"platforms\":[\"linux\"],\"runtimes\":{\"node\":\">=20\"}}";
        assertThat(propose(runtimes).notes()).containsExactly("needs node >=20, and none is on the PATH");
        Files.writeString(content.resolve("node"), "");
        assertThat(propose(runtimes, new Machine("linux", Path.of("/h"), "/", List.of(content)))
                        .notes())
                .containsExactly("needs node >=20");
    }

    @Test
    void versionsOfTheFormatAreKnown() {
        for (String version :
                List.of("\"dxt_version\":\"0.1\"", "\"manifest_version\":\"0.2\"", "\"manifest_version\":\"0.4\"")) {
            assertThat(draft(version).notes()).isEmpty();
        }
        assertThat(draft("\"manifest_version\":\"1.0\"").notes())
                .containsExactly("the manifest has version 1.0; it is read as 0.4");
        assertThatThrownBy(() -> draft("\"x\":1")).hasMessageContaining("/manifest_version: expected the version");
    }

    private Draft draft(String version) {
        SourceNode node = SourceNode.parse(
                "{" + version + ",\"name\":\"t\",\"version\":\"1\"," + node("\"command\":\"node\"") + "}", "m");
        return new BundleManifest(node, linux).draft(content, PLACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"server\":7",
                "\"server\":{\"type\":\"odd\",\"entry_point\":\"x\"}",
                "\"server\":{\"type\":\"node\",\"entry_point\":\"x\",\"mcp_config\":{}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"a\\u0000b\"}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"n\",\"env\":{\"A=B\":\"x\"}}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"n\",\"args\":[\"${user_config.none}\"]}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"n\",\"args\":[\"$${user_config.k}\"]}},"
                        + "\"user_config\":{\"k\":{\"type\":\"string\"}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"n\",\"args\":[\"${user_config.k}\"]}},"
                        + "\"user_config\":{\"k\":{\"type\":\"odd\"}}",
                "\"server\":{\"type\":\"node\",\"mcp_config\":{\"command\":\"n\",\"args\":[\"${user_config.k}\"]}},"
                        + "\"user_config\":{\"k\":{\"type\":\"number\",\"min\":\"1\"}}",
            })
    void wrongManifestIsRefusedWithItsPlace(String members) {
        assertThatThrownBy(() -> propose(members))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageStartingWith("manifest.json, /")
                .hasMessageContaining("expected ");
    }
}
