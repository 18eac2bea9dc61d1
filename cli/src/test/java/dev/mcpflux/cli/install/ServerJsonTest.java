package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.config.McpConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerJsonTest {

    private static Proposal propose(String json, InstallOptions options) {
        SourceNode document = SourceNode.parse(json, "server.json");
        Fetch fetch = new Fetch(options.proxies(), options.timeout());
        BundleSource bundles = new BundleSource(
                fetch,
                BundleStore.in(Path.of("target/none")),
                BundleManifest.Machine.current(),
                BundleArchive.Limits.USUAL);
        return new ServerJson(RegistrySource.read(document), options, bundles)
                .propose()
                .block();
    }

    private static Proposal propose(String json) {
        return propose(json, InstallOptions.defaults());
    }

    private static String server(String members) {
        return "{\"name\":\"io.github.user/tides\",\"description\":\"d\",\"version\":\"1.0.0\"," + members + "}";
    }

    private static String packaged(String members) {
        return server("\"packages\":[{" + members + "}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'registryType':'npm','identifier':'@acme/tides','version':'1.2.3','transport':{'type':'stdio'}"
                        + " | {'command':'npx','args':['-y','@acme/tides@1.2.3']}",
                "'registryType':'pypi','identifier':'acme-tides','version':'1.2.3','runtimeHint':'uvx'"
                        + " | {'command':'uvx','args':['acme-tides==1.2.3']}",
                "'registryType':'nuget','identifier':'Acme.Tides','version':'1.2.3-beta'"
                        + " | {'command':'dnx','args':['Acme.Tides@1.2.3-beta','--yes']}",
                "'registryType':'nuget','identifier':'Acme.Tides','version':'1.2.3','packageArguments':"
                        + "[{'type':'positional','value':'mcp'}]"
                        + " | {'command':'dnx','args':['Acme.Tides@1.2.3','--yes','--','mcp']}",
                "'registryType':'oci','identifier':'images.example/acme/tides:1.2.3'"
                        + " | {'command':'docker','args':['run','-i','--rm','images.example/acme/tides:1.2.3']}",
                "'registry_type':'oci','registry_base_url':'https://images.example','identifier':'acme/tides','version':'2'"
                        + " | {'command':'docker','args':['run','-i','--rm','images.example/acme/tides:2']}",
                "'registryType':'oci','identifier':'localhost:5000/tides@sha256:"
                        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef','runtimeHint':'podman'"
                        + " | {'command':'podman','args':['run','-i','--rm','localhost:5000/tides@sha256:"
                        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef']}",
                "'registry_name':'npm','name':'tides','version':'1.0.0','runtime_arguments':"
                        + "[{'type':'positional','value':'-y'},{'type':'named','name':'--node','value':'20'}]"
                        + " | {'command':'npx','args':['-y','--node','20','tides@1.0.0']}",
            })
    void packageBecomesAPinnedCommand(String members, String entry) {
        Proposal proposal = propose(packaged(members.replace('\'', '"')));
        assertThat(proposal.name()).isEqualTo("tides");
        assertThat(proposal.with(Map.of()).entry().toString()).isEqualTo(entry.replace('\'', '"'));
    }

    @Test
    void inputsOfEveryKindAreAskedForAndPutInPlace() {
        Proposal proposal = propose(packaged("""
                "registryType":"oci","identifier":"images.example/acme/db:3","transport":{"type":"stdio"},
                "runtimeArguments":[
                  {"type":"named","name":"--network","value":"host"},
                  {"type":"named","name":"--mount","value":"type=bind,src={from},dst={to}","isRepeated":true,"variables":{
                    "from":{"format":"filepath","isRequired":true},"to":{"default":"/data","isRequired":true}}}],
                "packageArguments":[
                  {"type":"positional","value":"serve"},
                  {"type":"named","name":"--verbose"},
                  {"type":"named","name":"--port","format":"number","placeholder":"8080","description":"Port"},
                  {"type":"positional","valueHint":"database","isRequired":true,"value_hint":"x"},
                  {"type":"positional","valueHint":"extra","isRepeated":true,"default":"all"}],
                "environmentVariables":[
                  {"name":"DB_PASSWORD","isRequired":true,"isSecret":true},
                  {"name":"SSL","choices":["on","off"],"default":"on"},
                  {"name":"FIXED","value":"${HOME} {not_declared} {mode}","variables":{"mode":{"value":"ro"}}},
                  {"name":"OPTIONAL"}]"""));
        assertThat(proposal.questions())
                .extracting(Question::id)
                .containsExactly("from", "to", "DB_PASSWORD", "SSL", "OPTIONAL", "port", "database", "extra");
        assertThat(proposal.questions().get(5).description()).isEqualTo("Port (such as 8080)");
        assertThat(proposal.notes()).anyMatch(note -> note.contains("docker options of its own: --network host"));
        Installation installed = proposal.with(
                Map.of("from", "/a\n/b", "DB_PASSWORD", "s3cret", "database", "main", "port", "9"), SecretForm.ENV);
        assertThat(installed.entry().path("args").toString())
                .isEqualTo("[\"run\",\"-i\",\"--rm\",\"--network\",\"host\","
                        + "\"--mount\",\"type=bind,src=/a,dst=/data\",\"--mount\",\"type=bind,src=/b,dst=/data\","
                        + "\"-e\",\"DB_PASSWORD\",\"-e\",\"SSL\",\"-e\",\"FIXED\",\"-e\",\"OPTIONAL\",\"images.example/acme/db:3\","
                        + "\"serve\",\"--verbose\",\"--port\",\"9\",\"main\",\"all\"]");
        assertThat(installed.entry().path("env").toString())
                .isEqualTo("{\"DB_PASSWORD\":\"${env:TIDES_DB_PASSWORD}\",\"SSL\":\"on\","
                        + "\"FIXED\":\"$${HOME} {not_declared} ro\"}");
        assertThatThrownBy(() -> proposal.with(Map.of("from", "/a", "DB_PASSWORD", "x")))
                .hasMessageContaining("a value is needed for database");
    }

    private static final String REMOTES = """
            "remotes":[
              {"type":"sse","url":"https://tides.example/sse"},
              {"type":"streamable-http","url":"https://{tenant}.tides.example/{path}","variables":{
                "tenant":{"description":"Yours","isRequired":true}},
               "headers":[{"name":"Authorization","value":"Bearer {token}","variables":{"token":{"isSecret":true,"isRequired":true}}},
                          {"name":"X-Region","choices":["eu","us"],"default":"eu"},{"name":"X-Api-Key"}]}]""";

    @Test
    void remoteTakesItsUrlAndHeaders() {
        Proposal proposal = propose(server(REMOTES));
        assertThat(proposal.questions())
                .extracting(Question::id, Question::required, Question::secret)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("tenant", true, false),
                        org.assertj.core.groups.Tuple.tuple("path", true, false),
                        org.assertj.core.groups.Tuple.tuple("token", true, true),
                        org.assertj.core.groups.Tuple.tuple("X-Region", false, false),
                        org.assertj.core.groups.Tuple.tuple("X-Api-Key", false, true));
        Installation installed = proposal.with(Map.of("tenant", "acme", "path", "mcp", "token", "t0ken"));
        assertThat(installed.entry().toString())
                .isEqualTo("{\"type\":\"streamable-http\",\"url\":\"https://acme.tides.example/mcp\",\"headers\":{"
                        + "\"Authorization\":\"Bearer ${secret:tides_token}\",\"X-Region\":\"eu\"}}");
        assertThat(installed.secrets())
                .singleElement()
                .extracting(s -> s.value())
                .isEqualTo("t0ken");
        assertThat(installed.notes()).anyMatch(note -> note.contains("also offered: remote sse"));
    }

    @Test
    void wayIsChosenByPackageAndTransport() {
        String json = server("\"packages\":["
                + "{\"registryType\":\"npm\",\"identifier\":\"web\",\"version\":\"1\","
                + "\"transport\":{\"type\":\"streamable-http\",\"url\":\"http://localhost:1/\"}},"
                + "{\"registryType\":\"homebrew\",\"identifier\":\"x\",\"version\":\"1\"},"
                + "{\"registryType\":\"pypi\",\"identifier\":\"tides\",\"version\":\"1\"},"
                + "{\"registryType\":\"npm\",\"identifier\":\"tides-js\",\"version\":\"1\"}]," + REMOTES);
        InstallOptions.Builder options = InstallOptions.builder();
        assertThat(propose(json).entry().path("command").asString()).isEqualTo("uvx");
        assertThat(propose(json, options.packageName("npm").build())
                        .entry()
                        .path("command")
                        .asString())
                .isEqualTo("npx");
        assertThat(propose(json, options.packageName("tides-js").build())
                        .entry()
                        .path("command")
                        .asString())
                .isEqualTo("npx");
        assertThat(propose(json, options.packageName(null).transport("http").build())
                        .entry()
                        .path("type")
                        .asString())
                .isEqualTo("streamable-http");
        assertThat(propose(json, options.transport("sse").build())
                        .entry()
                        .path("url")
                        .asString())
                .isEqualTo("https://tides.example/sse");
        assertThatThrownBy(() -> propose(json, options.transport("ws").build()))
                .hasMessageContaining("expected one of pypi tides, npm tides-js, remote streamable-http, remote sse");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'registryType':'npm','identifier':'--registry=http://evil','version':'1' | identifier: expected the name",
                "'registryType':'npm','identifier':'git+https://evil/x','version':'1' | identifier: expected the name",
                "'registryType':'npm','identifier':'../x','version':'1' | identifier: expected the name",
                "'registryType':'pypi','identifier':'a b','version':'1' | identifier: expected the name",
                "'registryType':'oci','identifier':'-v=/:/host','version':'1' | identifier: expected the name",
                "'registryType':'oci','identifier':'acme/tides' | version: expected one version",
                "'registryType':'npm','identifier':'tides' | version: expected one version, which is pinned",
                "'registryType':'npm','identifier':'tides','version':'latest' | a range or a tag",
                "'registryType':'npm','identifier':'tides','version':'^1.0' | a range or a tag",
                "'registryType':'npm','identifier':'tides','version':'1.x' | a range or a tag",
                "'registryType':'npm','identifier':'tides','version':'1 --eval' | a range or a tag",
                "'registryType':'npm','identifier':7.5,'version':[] | /packages/0/version: expected a text, found a list",
                "'registryType':'npm','identifier':'t','version':'1','environmentVariables':[{'name':'A=B'}]"
                        + " | /packages/0/environmentVariables/0/name: expected the name of an environment variable",
                "'registryType':'npm','identifier':'t','version':'1','environmentVariables':{}"
                        + " | /packages/0/environmentVariables: expected a list, found an object",
                "'registryType':'npm','identifier':'t','version':'1','packageArguments':[{'type':'odd'}] | expected \"positional\"",
                "'registryType':'npm','identifier':'t','version':'1','packageArguments':[{'value':'a\\nb'}] | control characters",
                "'registryType':'mcpb','identifier':'https://x.example/x.mcpb' | fileSha256: expected the hash",
                "'registryType':'homebrew','identifier':'t','version':'1' | cannot be started from here",
                "'registryType':'npm','identifier':'t','version':'1','transport':{'type':'sse','url':'http://x/'} | add its URL",
            })
    void hostilePackageIsRefusedWithItsPlace(String members, String problem) {
        assertThatThrownBy(() -> propose(packaged(members.replace('\'', '"'))))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageStartingWith("server.json")
                .hasMessageContaining(problem)
                .message()
                .doesNotContain("evil");
    }

    @Test
    void headerAndUrlOfAStrangerAreChecked() {
        assertThatThrownBy(
                        () -> propose(
                                server(
                                        "\"remotes\":[{\"type\":\"sse\",\"url\":\"https://x/\",\"headers\":[{\"name\":\"A: b\",\"value\":\"c\"}]}]")))
                .hasMessageContaining("/remotes/0/headers/0/name: expected the name of a header");
        assertThatThrownBy(() -> propose(server("\"remotes\":[{\"type\":\"sse\",\"url\":\"file:///etc/passwd\"}]"))
                        .with(Map.of()))
                .hasMessageContaining("expected an http or https URL");
        assertThatThrownBy(() -> propose(server("\"remotes\":[]")))
                .hasMessageContaining("expected packages or remotes");
    }

    @Test
    void hintsAreFollowedOnlyWhereTheyAreKnown() {
        Proposal proposal = propose(packaged("\"registryType\":\"npm\",\"identifier\":\"t\",\"version\":\"1\","
                + "\"runtimeHint\":\"/bin/evil\",\"registryBaseUrl\":\"https://packages.example\""));
        assertThat(proposal.entry().path("command").asString()).isEqualTo("npx");
        assertThat(proposal.notes())
                .anyMatch(note -> note.contains("/bin/evil; npx is used"))
                .anyMatch(note -> note.contains("packages.example"));
        List<String> usual = propose(packaged("\"registryType\":\"npm\",\"identifier\":\"t\",\"version\":\"1\","
                        + "\"registryBaseUrl\":\"https://packages.npmjs.example\""))
                .notes();
        assertThat(usual).isEmpty();
    }

    @Test
    void statusOfAServerIsSaid() {
        String meta =
                "\"_meta\":{\"io.modelcontextprotocol.registry/official\":{\"status\":\"%s\",\"statusMessage\":\"use \\u001b[1mx\"}}";
        String inner = packaged("\"registryType\":\"npm\",\"identifier\":\"t\",\"version\":\"1\"");
        assertThat(propose("{\"server\":" + inner + "," + meta.formatted("deprecated") + "}")
                        .notes())
                .containsExactly("io.github.user/tides is deprecated: use \\u001b[1mx");
        assertThatThrownBy(() -> propose("{\"server\":" + inner + "," + meta.formatted("deleted") + "}"))
                .hasMessage("io.github.user/tides was deleted from the registry: use \\u001b[1mx");
        assertThat(propose(server(
                                "\"status\":\"deprecated\",\"packages\":[{\"registryType\":\"npm\",\"identifier\":\"t\","
                                        + "\"version\":\"1\"}]"))
                        .notes())
                .containsExactly("io.github.user/tides is deprecated");
    }
}
