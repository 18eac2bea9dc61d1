package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.ConfigMachine.Run;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code add} and {@code add-json}, without a network and without a terminal. */
class AddCommandTest {

    private ConfigMachine machine;

    @BeforeEach
    void machine(@TempDir Path directory) throws IOException {
        machine = new ConfigMachine(directory);
    }

    private JsonNode own(String server) throws IOException {
        return McpJson.mapper()
                .readTree(machine.read(machine.own()))
                .path("mcpServers")
                .path(server);
    }

    @Test
    void commandGoesIntoTheFileOfTheUser() throws IOException {
        Run run = machine.run(
                "add",
                "files",
                "-e",
                "B=1",
                "-e",
                "TOKEN",
                "--lazy",
                "--timeout",
                "5s",
                "--",
                "npx",
                "-y",
                "x",
                "--lazy");

        assertThat(run.code()).isZero();
        assertThat(own("files").toString())
                .isEqualTo("{\"command\":\"npx\",\"args\":[\"-y\",\"x\",\"--lazy\"],"
                        + "\"env\":{\"B\":\"1\",\"TOKEN\":\"${TOKEN}\"},\"lazy\":true,\"timeout\":\"5s\"}");
        assertThat(run.out())
                .startsWith("added: files (" + machine.own() + ")\n")
                .contains("\"B\" : \"…\"");
        assertThat(run.err()).contains("the environment variable TOKEN is not set");
        machine.variables.put("TOKEN", "t");
        assertThat(machine.run("add", "again", "-e", "TOKEN", "--", "npx").err())
                .isEmpty();
    }

    @Test
    void urlWithHeaders() throws IOException {
        Run run = machine.run(
                "add", "far", "https://example.org/mcp", "-t", "sse", "-H", "X-Key: s3cr3t", "--header", "A: ${A}");

        assertThat(own("far").toString())
                .isEqualTo("{\"type\":\"sse\",\"url\":\"https://example.org/mcp\","
                        + "\"headers\":{\"A\":\"${A}\",\"X-Key\":\"s3cr3t\"}}");
        assertThat(run.out() + run.err()).doesNotContain("s3cr3t");
        assertThat(run.err()).contains("warning: headers.X-Key is a secret in plain text", "variable A is not set");
        assertThat(machine.run("add", "https://mcp.tracker.example/mcp", "--dry-run", "--json")
                        .out())
                .contains("\"server\" : \"tracker\"", "\"outcome\" : \"would be added\"");
        assertThat(own("tracker").isMissingNode()).isTrue();
    }

    @Test
    void serverOfAProjectIsApprovedWhenItIsAdded() throws IOException {
        Path file = machine.write(
                "project/.mcp.json",
                "{\"mcpServers\": {\"other\": {\"type\": \"stdio\", \"command\": \"x\"}}} // end\n");

        Run run = machine.run("add", "a", "--", "npx");

        assertThat(run.err()).contains("approved for you, since you have added it");
        assertThat(machine.read(file))
                .endsWith("} // end\n")
                .contains("\"a\": {\"type\": \"stdio\", \"command\": \"npx\"}");
        assertThat(machine.run("list").out())
                .containsPattern("a +project .* approved\n")
                .containsPattern("other +project .* new\n");
        assertThat(machine.run("add", "b", "-s", "user", "--", "npx").out())
                .contains(machine.own().toString());
        Run loader = machine.run("add", "l", "-e", "LD_PRELOAD=x.so", "--", "npx");
        assertThat(loader.err()).contains("it will not be started: ", "LD_PRELOAD");
    }

    @Test
    void scopeProjectMakesTheFile() throws IOException {
        machine.run("add", "a", "--scope", "project", "--", "npx");

        assertThat(machine.read(machine.project.resolve("mcp.json"))).contains("\"command\": \"npx\"");
        assertThat(machine.own()).doesNotExist();
    }

    @Test
    void fileKeepsItsOwnForm() throws IOException {
        Path code = machine.write("project/.vscode/mcp.json", "{\n  // mine\n  \"servers\": {}\n}\n");
        Path codex = machine.root.resolve("home/.codex/config.toml");

        machine.run("add", "a", "-c", code.toString(), "--", "npx", "x");
        machine.run("add", "a", "-c", codex.toString(), "--timeout", "90s", "--", "npx");
        machine.run("add", "b", "-c", codex.toString(), "https://example.org/");

        assertThat(machine.read(code)).contains("// mine", "\"servers\"", "\"type\": \"stdio\"");
        assertThat(machine.read(codex)).contains("[mcp_servers.a]\n", "tool_timeout_sec = 90", "[mcp_servers.b]\n");
        Run lost = machine.run("add", "l", "-c", code.toString(), "--lazy", "--", "npx");
        assertThat(lost.code()).isEqualTo(2);
        assertThat(lost.err())
                .contains("nothing is written: the form of " + code + " (VS Code) cannot say \"lazy\"; --own-keys");
        assertThat(machine.read(code)).doesNotContain("\"l\"");
        assertThat(machine.run("add", "l", "-c", code.toString(), "--lazy", "--own-keys", "--", "npx")
                        .code())
                .isZero();
        assertThat(machine.read(code)).contains("\"mcpflux\"").contains("\"lazy\": true");
    }

    @Test
    void nameThatIsTakenIsReplacedByForceOnly() throws IOException {
        machine.run("add", "a", "--", "one");

        Run run = machine.run("add", "a", "--", "two");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("there is a server 'a'", "--force replaces it", "Try 'mcpflux get a'");
        assertThat(own("a").path("command").asString()).isEqualTo("one");
        assertThat(machine.run("add", "a", "--", "one").out()).startsWith("already there: a");
        assertThat(machine.run("add", "a", "--force", "--", "two").out()).startsWith("replaced: a");
        assertThat(own("a").path("command").asString()).isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            add mcpServers -- x         | 'mcpServers' is a key of configuration files
            add a__b -- x               | separates it from the names of its tools
            add x/y -- x                | is not one that every client takes
            add nix                     | 'nix' is no source of a server
            add w htp://x               | 'htp://x' is no source of a server
            add a b c -- x              | before -- there is only the name of the server
            add a -e =x -- x            | -e takes NAME=VALUE
            add a -e A=1 -e A=2 -- x    | -e A is given twice
            add a -H x https://h.org/   | -H takes 'NAME: VALUE'
            add a -H a:b -- x           | headers are for servers that are reached by a URL
            add a --server b=c -- x     | it takes no --demo, --server or --url
            add a --secrets=none -- x   | none
            add a -t grpc https://h.org | expected the transport http or sse
            add-json a {                | the entry
            add-json a @none.json       | there is no such file
            """)
    void mistakesAreNamed(String line, String problem) {
        Run run = machine.run(line.split(" "));

        assertThat(run.err()).contains(problem).doesNotContain("unexpected", "Exception");
        assertThat(run.code()).isEqualTo(2);
        assertThat(machine.own()).doesNotExist();
    }

    @Test
    void hiddenWhiteSpaceIsReported() {
        assertThat(machine.run("add", "a", "-e", "LEVEL=debug\u00a0", "--", "x", "tail\n")
                        .err())
                .contains("warning: env.LEVEL has white space or characters that nobody sees")
                .contains("warning: args.0 has white space");
    }

    private static String link(String entry) {
        return "cursor://anysphere.cursor-deeplink/mcp/install?name=lk&config="
                + Base64.getEncoder().encodeToString(entry.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linkAsksForWhatItNeeds() throws IOException {
        String link =
                link("{\"command\":\"npx\",\"args\":[\"${input:place}\"],\"env\":{\"API_KEY\":\"${input:api_key}\"}}");

        Run run = machine.run("add", link);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("there is no terminal to ask at; these answers are needed: --answer place=VALUE")
                .doesNotContain("api_key=VALUE");
        assertThat(machine.run("add", link, "--answer", "plaze=x").err()).contains("place");
        assertThat(machine.own()).doesNotExist();

        Run added = machine.run("add", link, "--answer", "place=/tmp");
        assertThat(added.code()).isZero();
        assertThat(own("lk").path("args").get(0).asString()).isEqualTo("/tmp");
        assertThat(own("lk").path("env").path("API_KEY").asString()).isEqualTo("${secret:lk_api_key}");
        assertThat(added.err()).contains("the secret lk_api_key is looked up when it is started; to store it: ");
    }

    @Test
    void secretsAreWrittenAsAskedFor() throws IOException {
        String link = link("{\"command\":\"npx\",\"env\":{\"API_KEY\":\"${input:api_key}\"}}");

        assertThat(machine.run("add", link, "--secrets=env").err()).contains("set the environment variable LK_API_KEY");
        assertThat(own("lk").path("env").path("API_KEY").asString()).isEqualTo("${env:LK_API_KEY}");
        machine.run("add", link, "--secrets=input", "--force");
        assertThat(own("lk").path("env").path("API_KEY").asString()).isEqualTo("${input:lk_api_key}");
        assertThat(McpJson.mapper()
                        .readTree(machine.read(machine.own()))
                        .path("inputs")
                        .get(0)
                        .path("password")
                        .asBoolean())
                .isTrue();
        Run plain = machine.run("add", link, "--secrets=plain", "--force", "--answer", "api_key=s3cr3t");
        assertThat(own("lk").path("env").path("API_KEY").asString()).isEqualTo("s3cr3t");
        assertThat(plain.out() + plain.err()).doesNotContain("s3cr3t").contains("is a secret in plain text");
        Run unstored = machine.run("add", link, "--force", "--answer", "api_key=s3cr3t");
        assertThat(unstored.err())
                .contains("your answer is not written anywhere")
                .doesNotContain("s3cr3t");
        assertThat(machine.read(machine.own())).doesNotContain("s3cr3t");
    }

    @Test
    void jsonIsAdded() throws IOException {
        Path file = machine.write("entry.json", "{\"mcpServers\": {\"x\": {\"command\": \"npx\", \"lazzy\": true}}}");

        Run run = machine.run("add-json", "a", "@" + file);

        assertThat(own("a").path("command").asString()).isEqualTo("npx");
        assertThat(run.err()).contains("unknown key \"lazzy\" is ignored; did you mean \"lazy\"?");
        assertThat(machine.run("add-json", "b", "{\"command\": 7}").code()).isEqualTo(2);
        assertThat(machine.run("add-json", "b", "{\"command\": \"x\", \"timeout\": \"soon\"}")
                        .err())
                .contains("server 'b'");
        assertThat(own("b").isMissingNode()).isTrue();
    }

    @Test
    void textToPasteIsPrintedWhereItCannotBeWritten() throws IOException {
        String text = "mcpServers: &all\n  a: {command: x}\ncopy: *all\n";
        Path file = machine.write("x.yaml", text);

        Run run = machine.run("add", "b", "-c", file.toString(), "--", "npx");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("this is to be written into " + file, "command: npx");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    private Path bundle() throws IOException {
        Path file = machine.root.resolve("tides.mcpb");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("manifest.json"));
            zip.write("""
                    {"manifest_version": "0.3", "name": "tides-mcp", "version": "1.2.0", "server": {"type": "node",
                    "entry_point": "index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/index.js"]}}}
                    """.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("index.js"));
            zip.closeEntry();
        }
        return file;
    }

    @Test
    void bundleStaysWhileAServerUsesIt() throws IOException {
        Path file = bundle();
        Path unpacked = machine.root.resolve("data/bundles/tides-mcp/1.2.0");

        assertThat(machine.run("add", "one", file.toString()).code()).isZero();
        machine.run("add", "two", file.toString());
        machine.run("remove", "one", "--purge");
        assertThat(unpacked.resolve("index.js")).exists();
        assertThat(machine.run("remove", "two", "--purge").out()).contains("removed: " + unpacked);
        assertThat(unpacked).doesNotExist();
    }

    @Test
    void bundleOfAServerThatIsNotAddedIsRemoved() throws IOException {
        Path file = bundle();
        Path unpacked = machine.root.resolve("data/bundles/tides-mcp");

        assertThat(machine.run("add", "inputs", file.toString()).code()).isEqualTo(2);
        assertThat(unpacked).doesNotExist();
        assertThat(machine.run("add", file.toString(), "--dry-run").out()).startsWith("would be added: tides");
        assertThat(unpacked).doesNotExist();
    }
}
