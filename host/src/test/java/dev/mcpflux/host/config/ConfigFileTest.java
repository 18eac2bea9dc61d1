package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

class ConfigFileTest {

    private static final String SECRET = "s3cr3t";

    @TempDir
    private Path directory;

    private Path file;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void file() {
        file = directory.resolve("mcp.json");
    }

    // -- the file as a whole

    @Test
    void readsServersInTheirOrder() {
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "weather": {"command": "java", "args": ["-jar", "weather.jar"], "env": {"UNITS": "metric"}},
                  "clock": {"command": "clock", "type": "stdio"},
                  "atlas": {"command": "atlas", "required": true}
                }}
                """);

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("weather", "clock", "atlas");
        assertThat(config.servers())
                .extracting(server -> server.options().required())
                .containsExactly(false, false, true);
        assertThat(config.warnings()).isEmpty();
        assertThat(launch(config, 0, "command")).isEqualTo("java");
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("-jar", "weather.jar"));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("UNITS", "metric"));
        assertThat(launch(config, 0, "workingDirectory")).isNull();
    }

    @Test
    void serversOfTheProjectAreEnough() throws IOException {
        Files.writeString(file, """
                {"projects": {"%s": {"mcpServers": {"local": {"command": "x"}}}}, "numStartups": 1}""".formatted(directory.toString().replace("\\", "\\\\")));

        ConfigFile.Content config = new ConfigFile(file, variables::get)
                .form(ConfigForms.all().get("claude-code"))
                .workspace(directory)
                .read();

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("local");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void aFileWithoutServersSaysSo() {
        ConfigFile.Content config = read("{\"mcpServers\": {}}");

        assertThat(config.servers()).isEmpty();
        assertThat(config.warnings()).containsExactly(file + ", line 1, column 16, /mcpServers: it names no server");
    }

    @Test
    void loadReadsTheSameFile() {
        write("{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}");

        assertThat(HostConfig.load(file).servers())
                .extracting(ServerDefinition::name)
                .containsExactly("a");
    }

    @Test
    void acceptsCommentsAndTrailingCommas() {
        ConfigFile.Content config = read("""
                // servers of this project
                {
                  "mcpServers": {
                    /* the only
                       one */
                    "a": {
                      "command": "a", // looked for on the PATH
                      "args": ["x", "y",],
                      "env": {"K": "v",},
                    },
                  },
                }
                // the end
                """);

        assertThat(config.warnings()).isEmpty();
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("x", "y"));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("K", "v"));
    }

    @Test
    void skipsAByteOrderMark() {
        ConfigFile.Content config = read("\uFEFF{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}");

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("a");
    }

    @Test
    void readsUtf8() {
        ConfigFile.Content config = read("{\"mcpServers\": {\"Übersicht\": {\"command\": \"a\", \"args\": [\"東京\"]}}}");

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("Übersicht");
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("東京"));
    }

    @Test
    void aMissingFileIsNamed() {
        McpConfigurationException e = catchThrowableOfType(McpConfigurationException.class, () -> read(file));

        assertThat(e).hasMessage(file + ": there is no such file");
        assertThat(e.file()).isEqualTo(file);
        assertThat(e.line()).isZero();
        assertThat(e.pointer()).isNull();
        assertThat(e.server()).isNull();
        assertThat(e.isTransient()).isFalse();
    }

    @Test
    void aDirectoryIsNoFile() {
        McpConfigurationException e = catchThrowableOfType(McpConfigurationException.class, () -> read(directory));

        assertThat(e).hasMessageStartingWith(directory + ": it cannot be read");
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Files.write(file, new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});

        McpConfigurationException e = catchThrowableOfType(McpConfigurationException.class, () -> read(file));

        assertThat(e).hasMessage(file + ": it is not UTF-8 text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t", "\uFEFF", "// nothing but a comment", "/* nothing */\n"})
    void anEmptyFileIsSaidToBeEmpty(String content) {
        McpConfigurationException e = failure(content);

        assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContainingAll("empty", "\"mcpServers\"");
        assertThat(e.file()).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\n  \"mcpServers\": {\n    oops\n  }\n}",
                "{\n  \"mcpServers\": {\n    \"a\" {}\n  }\n}",
                "{\r\n  \"mcpServers\": {\r\n    'a': {}\r\n  }\r\n}",
                "{\n  \"mcpServers\": {}\n  \"x\": 1\n}",
                "{\n  \"mcpServers\":\n    =1\n}",
                "{\n  \"mcpServers\": {\n",
                "\n\nmcpServers: {}\n"
            })
    void whatIsNotJsonIsToldWithItsLine(String content) {
        McpConfigurationException e = failure(content);

        assertThat(e).hasMessageStartingWith(file + ", line 3, column " + e.column() + ": it is not JSON: ");
        assertThat(e.line()).isEqualTo(3);
        assertThat(e.file()).isEqualTo(file);
        assertThat(e.server()).isNull();
    }

    @Test
    void aSecondValueIsToldWithItsLine() {
        McpConfigurationException e = failure("{\"mcpServers\": {}}\n\n{\"mcpServers\": {}}");

        assertThat(e).hasMessage(file + ", line 3, column 1: expected the end of the file after its object");
        assertThat(e.line()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [1, 2]        | an array
            "mcpServers"  | a string
            12            | a number
            false         | a boolean
            null          | null
            """)
    void expectsAnObject(String content, String found) {
        McpConfigurationException e = failure("\n" + content);

        assertThat(e).hasMessage(file + ", line 2, column 1: expected an object with \"mcpServers\", found " + found);
        assertThat(e.line()).isEqualTo(2);
    }

    @Test
    void expectsMcpServers() {
        McpConfigurationException e = failure("// mine\n{\"inputs\": []}");

        assertThat(e)
                .hasMessage(file
                        + ", line 2, column 1: expected \"mcpServers\" at the top level, or the servers of another client"
                        + " in its form");
        assertThat(e.line()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"MCPServers": {}}                              | found "MCPServers"
            {"name": "s3cr3t", "packages": []}              | found the description of a server for a registry
            {"command": "a", "args": ["s3cr3t"]}            | found the entry of a server; write
            """)
    void hintsAtWhatIsAlmostRight(String content, String found) {
        McpConfigurationException e = failure(content);

        assertThat(e)
                .hasMessageStartingWith(file + ", line 1, column 1: expected \"mcpServers\"")
                .hasMessageContaining(found);
        assertThat(trace(e)).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "a"    | a string
            1      | a number
            true   | a boolean
            null   | null
            """)
    void expectsServersByName(String value, String found) {
        McpConfigurationException e = failure("{\n  \"mcpServers\":\n    " + value + "\n}");

        assertThat(e)
                .hasMessage(file + ", line 3, column 5, /mcpServers: expected an object of servers by name, found "
                        + found);
        assertThat(e.line()).isEqualTo(3);
        assertThat(e.pointer()).isEqualTo("/mcpServers");
    }

    // -- one entry

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "command": 7                   | /command      | expected a string, found a number
            "command": []                  | /command      | expected a string, found an array
            "command": [["npx"], "-y"]     | /command/0    | expected a string, found an array
            "args": "-y server"            | /args         | expected an array of strings, found a string
            "args": {"a": "b"}             | /args         | expected an array of strings, found an object
            "args": ["a", ["b"]]           | /args/1       | expected a string, found an array
            "args": [{"a": 1}]             | /args/0       | expected a string, found an object
            "args": ["a", "b", null]       | /args/2       | expected a string, found null
            "env": ["A=b"]                 | /env          | expected an object of strings, found an array
            "env": "A=b"                   | /env          | expected an object of strings, found a string
            "env": {"A": {"b": "c"}}       | /env/A        | expected a string, found an object
            "env": {"A": "b", "C": ["d"]}  | /env/C        | expected a string, found an array
            "env": {"A/B~C": []}           | /env/A~1B~0C  | expected a string, found an array
            "cwd": 3                       | /cwd          | expected a string, found a number
            "cwd": ["a"]                   | /cwd          | expected a string, found an array
            "required": "yes"              | /required     | expected true or false, found a string
            "required": 1                  | /required     | expected true or false, found a number
            "startTimeout": "soon"         | /startTimeout | expected a time like 500ms, 30s
            "startTimeout": true           | /startTimeout | found a boolean
            "startTimeout": 0              | /startTimeout | found "0"
            "timeout": "1y"                | /timeout      | expected a time like 500ms, 30s, 1m30s or 2h (a bare number is seconds), more than zero and at most 365d, found "1y"
            "timeout": "soon"              | /timeout      | found a string
            "timeout": -5                  | /timeout      | found "-5"
            "timeout": ["30s"]             | /timeout      | found an array
            "timeout": {"value": 30}       | /timeout      | found an object
            "type": 1                      | /type         | expected a string, found a number
            "type": "websocket"            | /type         | WebSockets are not supported; there are "stdio", "http" and "sse"
            "type": "carrier-pigeon"       | /type         | expected "stdio", "http", "streamable-http" or "sse", found "carrier-pigeon"
            "type": "Bearer: x"            | /type         | found another string
            "type": ["sse"]                | /type         | expected a string, found an array
            "transport": "ws"              | /transport    | WebSockets are not supported
            "transport": {"type": 1}       | /transport/type | expected a string, found a number
            "era": "old"                   | /era          | expected "auto", "modern" or "legacy", found "old"
            "disabled": "maybe"            | /disabled     | expected true or false, found a string
            "enabled": 0                   | /enabled      | expected true or false, found a number
            "url": "https://example.org/"  | /url          | this server has both
            """)
    void aWrongValueIsToldWithItsPlace(String member, String pointer, String expected) {
        ConfigFile.Content config = read(withBroken(member, false));

        McpConfigurationException e = problem(config, 1);
        assertThat(e)
                .hasMessageStartingWith("server 'bad': " + file + ", line 5, column " + e.column() + ", /mcpServers/bad"
                        + pointer + ": ")
                .hasMessageContaining(expected);
        assertThat(e.line()).isEqualTo(5);
        assertThat(e.pointer()).isEqualTo("/mcpServers/bad" + pointer);
        assertThat(e.server()).isEqualTo("bad");
        assertThat(e.isTransient()).isFalse();
    }

    @Test
    void serversAreReachedByUrl() {
        variables.put("TOKEN", "variable-" + SECRET);
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "a": {"url": "https://example.org/mcp?key=s3cr3t", "headers": {"Authorization": "Bearer ${env:TOKEN}"}},
                  "b": {"type": "http", "url": "https://example.org:8443/mcp", "era": "legacy", "timeout": "5s"},
                  "c": {"type": "streamable-http", "url": "http://localhost:1/mcp"},
                  "d": {"type": "sse", "url": "http://LOCALHOST:80/sse"},
                  "local": {"command": "local"}
                }}
                """);

        assertThat(config.servers().subList(0, 4))
                .extracting(server -> transport(server).toString())
                .containsExactly(
                        "HttpTransport[a: https://example.org, 1 headers]",
                        "HttpTransport[b: https://example.org:8443, 0 headers]",
                        "HttpTransport[c: http://localhost:1, 0 headers]",
                        "HttpTransport[d: http://localhost, 0 headers]");
        assertThat(config.servers().get(1).options().era()).isEqualTo(dev.mcpflux.client.EraPolicy.LEGACY);
        assertThat(launch(config, 4, "command")).isEqualTo("local");
        assertThat(config.warnings()).isEmpty();
        assertThat(config.toString()).doesNotContain(SECRET);
    }

    @Test
    void headersOfTheProtocolAreWarnedOf() {
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "a": {"url": "http://mcp_server:8080/mcp", "headers": {
                    "Content-Type": "s3cr3t",
                    "MCP-Protocol-Version": "s3cr3t",
                    "X-Own": "s3cr3t"}}
                }}
                """);

        assertThat(config.servers())
                .extracting(server -> transport(server).toString())
                .containsExactly("HttpTransport[a: http://mcp_server:8080, 1 headers]");
        assertThat(config.warnings())
                .hasSize(2)
                .allSatisfy(text -> assertThat(text).contains("server 'a'").doesNotContain(SECRET))
                .first()
                .asString()
                .startsWith(file + ", line 3, column 21, /mcpServers/a/headers/Content-Type: ")
                .contains("the header 'Content-Type' is set by the transport itself; it is ignored");
    }

    @Test
    void serversAreReachedThroughTheProxyThatTheyName() {
        variables.put("PASSWORD", SECRET);
        write("""
                {"mcpServers": {
                  "a": {"url": "http://a/", "proxy": "http://ada:${env:PASSWORD}@own:3128"},
                  "b": {"url": "http://b/", "proxy": "none"},
                  "c": {"url": "http://c/"},
                  "d": {"url": "http://d/", "proxy": "socks5://s"}
                }}
                """);
        ConfigFile.Content config = new ConfigFile(file, variables::get).read();
        TransportFactory factory = new TransportFactory(variables::get, ProxySettings.of("default:1"), null);

        assertThat(config.servers())
                .extracting(server -> factory.transport(server).block().toString())
                .containsExactly(
                        "HttpTransport[a: http://a, 0 headers, through http://own:3128]",
                        "HttpTransport[b: http://b, 0 headers]",
                        "HttpTransport[c: http://c, 0 headers, through http://default:1]",
                        "HttpTransport[d: http://d, 0 headers, through socks5://s:1080]");
        assertThat(config.warnings()).isEmpty();
        assertThat(config.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "url": "ftp://example.org/"                               | /url                   | begins with http://
            "url": "example.org"                                      | /url                   | begins with http://
            "url": "https://"                                         | /url                   | expected a URL
            "url": "https://s3cr3t@example.org/"                      | /url                   | credentials belong into a header
            "url": "https://example.org/s3cr3t path"                  | /url                   | mistake at character
            "url": 1                                                  | /url                   | expected a string
            "type": "http"                                            | ``                     | expected "url"
            "url": "http://h/", "headers": 5                          | /headers               | expected an object
            "url": "http://h/", "headers": ["s3cr3t"]                 | /headers/0             | expected a text like NAME: VALUE
            "url": "http://h/", "headers": {"a b": "s3cr3t"}          | /headers/a…            | no name of a header
            "url": "http://h/", "proxy": "s3cr3t:s3cr3t"               | /proxy                 | expected the URL of a proxy
            "url": "http://h/", "proxy": "https://s3cr3t:1"           | /proxy                 | reached by TLS
            "url": "http://h/", "proxy": "${env:MISSING}"             | /proxy                 | MISSING is not set
            "url": "http://h/", "headers": {"X": "s3cr3t\\n"}          | /headers/X             | cannot stand in one
            "url": "http://h/", "headers": {"X": "${env:MISSING}"}    | /headers/X             | MISSING is not set
            """)
    void aWrongAddressIsToldWithItsPlaceAndWithoutItsValue(String members, String pointer, String expected) {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\n\"bad\": {" + members + "}, \"good\": {\"command\": \"c\"}}}");

        McpConfigurationException e = problem(config, 0);
        assertThat(e)
                .hasMessageStartingWith("server 'bad': " + file + ", line 2, column " + e.column() + ", /mcpServers/bad"
                        + pointer + ": ")
                .hasMessageContaining(expected);
        assertThat(trace(e)).doesNotContain(SECRET);
        assertThat(launch(config, 1, "command")).isEqualTo("c");
    }

    @Test
    void theLineIsThatOfTheElement() {
        ConfigFile.Content config = read("""
                {
                  "mcpServers": {
                    "a": {
                      "command": "a",
                      "args": [
                        "x",
                        "y",
                        []
                      ]
                    }
                  }
                }
                """);

        assertThat(problem(config, 0).line()).isEqualTo(8);
        assertThat(problem(config, 0).pointer()).isEqualTo("/mcpServers/a/args/2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "npx"    | a string
            ["npx"]  | an array
            3        | a number
            true     | a boolean
            null     | null
            """)
    void anEntryIsAnObject(String entry, String found) {
        ConfigFile.Content config = read("{\"mcpServers\": {\n\"a\": " + entry + ",\n\"b\": {\"command\": \"b\"}}}");

        McpConfigurationException e = problem(config, 0);
        assertThat(e)
                .hasMessage("server 'a': " + file + ", line 2, column 6, /mcpServers/a: expected an object, found "
                        + found);
        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"args\": []}", "{\"command\": null}"})
    void anEntryHasACommand(String entry) {
        ConfigFile.Content config = read("{\"mcpServers\": {\n\"a\": " + entry + "}}");

        assertThat(problem(config, 0))
                .hasMessageStartingWith(
                        "server 'a': " + file + ", line 2, column 6, /mcpServers/a: expected \"command\"");
    }

    @Test
    void aBrokenEntryFailsAlone() {
        ConfigFile.Content config = read(withBroken("\"args\": 1", false));

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("good", "bad", "best");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
        assertThat(launch(config, 2, "command")).isEqualTo("best");
        assertThat(config.servers().get(1).options().required()).isFalse();
    }

    @Test
    void aBrokenEntryFailsAnewEachTime() {
        ConfigFile.Content config = read(withBroken("\"args\": 1", false));

        assertThat(problem(config, 1)).isNotSameAs(problem(config, 1));
    }

    @Test
    void aBrokenEntryStaysRequired() {
        ConfigFile.Content config = read(withBroken("\"args\": 1", true));

        assertThat(config.servers().get(1).options().required()).isTrue();
    }

    @Test
    void theErrorOfABrokenEntryKnowsItsFile() {
        ConfigFile.Content config = read(withBroken("\"args\": 1", false));

        assertThat(problem(config, 1).file()).isEqualTo(file);
    }

    @Test
    void aServerMayBeCalledLikeTheFile() {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\"" + file.toString().replace("\\", "\\\\") + "\": {\"args\": []}}}");

        assertThat(problem(config, 0)).hasMessageStartingWith("server '" + file + "': " + file + ", line 1, column ");
    }

    @Test
    void namesAreEscapedInPointers() {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a/b~c\": {\"command\": 1}}}");

        assertThat(config.servers().get(0).name()).isEqualTo("a/b~c");
        assertThat(problem(config, 0).pointer()).isEqualTo("/mcpServers/a~1b~0c/command");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8080                  | 8080
            -1                    | -1
            12345678901234567890  | 12345678901234567890
            0.5                   | 0.5
            1.10                  | 1.10
            1e3                   | 1e3
            true                  | true
            false                 | false
            "text"                | text
            "8080"                | 8080
            """)
    void numbersAndBooleansAreTakenAsTheirText(String json, String text) {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"--value\", " + json
                + "], \"env\": {\"VALUE\": " + json + "}}}}");

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("--value", text));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("VALUE", text));
    }

    @Test
    void nullIsAsIfTheKeyWereNotThere() {
        ConfigFile.Content config = read("""
                {"mcpServers": {"a": {
                  "command": "a", "args": null, "env": null, "cwd": null, "type": null,
                  "required": null, "startTimeout": null, "timeout": null, "disabled": null
                }}}
                """);

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of());
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of());
        assertThat(launch(config, 0, "workingDirectory")).isNull();
        assertThat(config.servers().get(0).options().required()).isFalse();
        assertThat(config.servers().get(0).options().startTimeout()).isNull();
        assertThat(config.servers().get(0).options().request()).isNull();
        assertThat(config.warnings()).isEmpty();
    }

    // -- variables

    @Test
    void expandsVariables() {
        variables.put("BIN", "/opt/bin");
        variables.put("TOKEN", "abc");
        variables.put("EMPTY", "");
        variables.put("DIR", "work");

        ConfigFile.Content config = read("""
                {"mcpServers": {"a": {
                  "command": "${env:BIN}/server",
                  "args": ["--token=${env:TOKEN}", "${env:TOKEN}-${env:TOKEN}", "${env:EMPTY}", "plain"],
                  "env": {"TOKEN": "${env:TOKEN}"},
                  "cwd": "${env:DIR}"
                }}}
                """);

        assertThat(launch(config, 0, "command")).isEqualTo("/opt/bin/server");
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("--token=abc", "abc-abc", "", "plain"));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("TOKEN", "abc"));
        assertThat(launch(config, 0, "workingDirectory")).isEqualTo(directory.resolve("work"));
    }

    @Test
    void aValueIsTakenLiterally() {
        variables.put("ODD", "a$1\\b${env:OTHER}");
        variables.put("OTHER", "not this");

        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"${env:ODD}\"]}}}");

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("a$1\\b${env:OTHER}"));
    }

    @Test
    void expandsVariablesAsOtherHostsWriteThem() {
        variables.put("TOKEN", "abc");
        variables.put("EMPTY", "");

        ConfigFile.Content config = read("""
                {"mcpServers": {"a": {
                  "command": "${BIN:-/opt/bin}/server",
                  "args": ["${TOKEN}", "x${TOKEN:-default}y", "${ABSENT:-}", "${EMPTY:-default}", "${EMPTY}",
                           "${ABSENT:-${TOKEN}}", "${ABSENT:-a:-b}", "${env:ABSENT:-fast}", "${env:TOKEN:-fast}"]
                }}}
                """);

        assertThat(config.warnings()).isEmpty();
        assertThat(launch(config, 0, "command")).isEqualTo("/opt/bin/server");
        assertThat(launch(config, 0, "arguments"))
                .isEqualTo(List.of("abc", "xabcy", "", "default", "", "abc", "a:-b", "fast", "abc"));
    }

    @Test
    void everyStringMayHoldVariables() {
        variables.put("OFF", "true");
        variables.put("KIND", "sse");
        variables.put("LIMIT", "90s");

        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "off": {"command": "a", "disabled": "${OFF}"},
                  "on": {"url": "http://${HOST:-localhost}/", "type": "${KIND}", "timeout": "${LIMIT}",
                         "headers": {"X": "${KIND}"}}
                }}
                """);

        assertThat(config.servers().get(0).options().disabled()).isNotNull();
        assertThat(config.servers().get(1).options().request().totalTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(transport(config.servers().get(1)).toString())
                .isEqualTo("HttpTransport[on: http://localhost, 1 headers]");
    }

    @Test
    void otherDollarsStay() {
        ConfigFile.Content config = read("""
                {"mcpServers": {"a": {"command": "a", "args":
                  ["costs $5", "$$", "$${HOME}", "$${env:X}", "${env:HOME", "${x%y}", "${}", "${1}", "a$", "$$${"]}}}
                """);

        assertThat(config.warnings()).isEmpty();
        assertThat(launch(config, 0, "arguments"))
                .isEqualTo(List.of(
                        "costs $5", "$$", "${HOME}", "${env:X}", "${env:HOME", "${x%y}", "${}", "${1}", "a$", "$${"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$HOME", "%HOME%", "Bearer {env:HOME}"})
    void whatLooksLikeAVariableIsReported(String value) {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"K\": \"" + value + "\"}}}}");

        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("K", value));
        assertThat(config.warnings())
                .containsExactly(file
                        + ", line 1, column 52, /mcpServers/a/env/K: it is taken literally, and looks like a variable;"
                        + " write ${NAME} for one of the environment");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ${config:key}       | "${config:…}" is a variable of another host
            ${command:/s3cr3t}  | "${command:…}" is a variable of another host
            ${{ secrets.KEY }}  | "${{…}" is a variable of another host
            ${env:}             | expected the name of a variable
            ${env:s3cr3t 1}     | expected the name of a variable
            """)
    void variablesOfOtherHostsAreRefused(String value, String expected) {
        ConfigFile.Content config = read(withBroken("\"env\": {\"K\": \"" + value + "\"}", false));

        assertThat(problem(config, 1)).hasMessageContaining("/env/K: ").hasMessageContaining(expected);
        assertThat(trace(problem(config, 1))).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "command": "${env:ABSENT}"         | /command
            "args": ["a", "x ${env:ABSENT}"]   | /args/1
            "env": {"K": "${env:ABSENT}"}      | /env/K
            "cwd": "${env:ABSENT}/x"           | /cwd
            "command": "${ABSENT}"             | /command
            "args": ["${OTHER:-${ABSENT}}"]    | /args/0
            "timeout": "${ABSENT}"             | /timeout
            "type": "${ABSENT}"                | /type
            "disabled": "${ABSENT}"            | /disabled
            """)
    void anUnsetVariableBreaksItsServerOnly(String member, String pointer) {
        ConfigFile.Content config = read(withBroken(member, false));

        assertThat(problem(config, 1))
                .hasMessage("server 'bad': " + file + ", line 5, column "
                        + problem(config, 1).column() + ", /mcpServers/bad" + pointer
                        + ": the environment variable ABSENT is not set");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
    }

    // -- what is told and passed over

    @Test
    void unknownKeysAreToldAndIgnored() {
        ConfigFile.Content config = read("""
                {
                  "settings": [],
                  "mcpServers": {
                    "a": {
                      "command": "a",
                      "comand": "b",
                      "x/y": 1
                    }
                  }
                }
                """);

        assertThat(config.warnings())
                .containsExactlyInAnyOrder(
                        file + ", line 2, column 15, /settings: unknown key \"settings\" is ignored",
                        file
                                + ", line 6, column 17, /mcpServers/a/comand: unknown key \"comand\" is ignored; did you mean"
                                + " \"command\"?",
                        file + ", line 7, column 14, /mcpServers/a/x~1y: unknown key \"x/y\" is ignored");
        assertThat(launch(config, 0, "command")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alwaysAllow", "autoApprove", "description", "name", "icon", "gallery", "version"})
    void keysOfOtherHostsAreNoMistake(String key) {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"" + key + "\": [\"whatever\", 1, {}]}}}");

        assertThat(config.warnings()).isEmpty();
        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "disabled": true                   | disabled
            "disabled": "true"                 | disabled
            "enabled": false                   | enabled
            "enabled": "False"                 | enabled
            "isActive": false                  | isActive
            "active": false                    | active
            "is_active": false                 | is_active
            "disabled": true, "enabled": true  | disabled
            "disabled": false, "enabled": false | enabled
            "enabled": true, "isActive": false | isActive
            """)
    void switchesServersOff(String members, String key) {
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "off": {"command": 7, "env": {"K": "${ABSENT}"}, %s},
                  "on": {"command": "on", "disabled": false, "enabled": true}
                }}
                """.formatted(members));

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("off", "on");
        assertThat(config.servers().get(0).options().disabled().replaceFirst(", column [1-9][0-9]*", ""))
                .isEqualTo("\"" + key + "\" in " + file + ", line 2, /mcpServers/off/" + key);
        assertThat(config.servers().get(1).options().disabled()).isNull();
        assertThat(problem(config, 0)).hasMessageContaining("it is switched off by \"" + key + "\"");
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\": \"http\", \"url\": ",
                "\"type\": \"HTTP\", \"url\": ",
                "\"type\": \"remote\", \"url\": ",
                "\"type\": \"streamable_http\", \"url\": ",
                "\"type\": \"streamableHttp\", \"url\": ",
                "\"type\": \"Streamable HTTP\", \"url\": ",
                "\"type\": \"http-stream\", \"url\": ",
                "\"type\": \"SSE\", \"url\": ",
                "\"transport\": \"streamable-http\", \"url\": ",
                "\"transportType\": \"streamable-http\", \"url\": ",
                "\"transport_type\": \"sse\", \"url\": ",
                "\"type\": \"streamable-http\", \"transport\": \"streamable_http\", \"url\": ",
                "\"httpUrl\": ",
                "\"serverUrl\": ",
                "\"server_url\": ",
                "\"url\": \"http://localhost/mcp\", \"httpUrl\": ",
            })
    void readsTheWordsOfOtherHosts(String members) {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {" + members + "\"http://localhost/mcp\"}}}");

        assertThat(transport(config.servers().get(0)).toString())
                .isEqualTo("HttpTransport[a: http://localhost, 0 headers]");
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "type": "STDIO", "command": "c"                                    | command
            "type": "local", "command": "c", "workingDirectory": "w"           | workingDirectory
            "transport": "stdio", "command": "c", "environment": {"A": "b"}    | environment
            """)
    void readsTheWordsForAProcess(String members, String part) {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {" + members + "}}}");

        assertThat(launch(config, 0, part)).isIn("c", directory.resolve("w"), Map.of("A", "b"));
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "url": "http://a/s3cr3t", "httpUrl": "http://b/s3cr3t" | /httpUrl   | expected either "url" or "httpUrl"
            "type": "sse", "transport": "http", "url": "http://a/" | /transport | contradicts "type"
            "command": "c", "serverUrl": "http://s3cr3t/"          | /serverUrl | this server has both
            "type": "stdio", "serverUrl": "http://s3cr3t/"         | ``         | expected "command"
            """, quoteCharacter = '`')
    void contradictionsAreRefused(String members, String place, String expected) {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {" + members + "}}}");

        assertThat(problem(config, 0))
                .hasMessageContaining("/mcpServers/a" + place + ": ")
                .hasMessageContaining(expected);
        assertThat(trace(problem(config, 0))).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            comand               | is ignored; did you mean "command"?
            arg                  | is ignored; did you mean "args"?
            enviroment           | is ignored; did you mean "env"?
            header               | is ignored; did you mean "headers"?
            uri                  | is ignored; did you mean "url"?
            requestTimeout       | is ignored; did you mean "timeout"?
            startup_timeout_sec  | is ignored; did you mean "timeout"?
            startTimout          | is ignored; did you mean "startTimeout"?
            disable              | is ignored; did you mean "disabled"?
            longRunning          | is ignored
            Args                 | is read as "args"
            """)
    void anUnknownKeyNamesTheNearestKnownOne(String key, String warning) {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"" + key + "\": [\"s3cr3t\"]}}}");

        assertThat(config.warnings()).singleElement().asString().endsWith("\"" + key + "\" " + warning);
        assertThat(config.warnings().toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a__b", "__", "", " ", "a\\nb"})
    void aServerWithAnImpossibleNameIsToldAndLeftOut(String name) {
        ConfigFile.Content config =
                read("{\"mcpServers\": {\n\"" + name + "\": {\"command\": \"a\"},\n\"ok\": {\"command\": \"ok\"}}}");

        assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("ok");
        assertThat(config.warnings())
                .singleElement()
                .asString()
                .startsWith(file + ", line 2, column " + (name.length() + 5) + ", /mcpServers/")
                .contains("is left out: its name ");
    }

    // -- times

    @Test
    void timesAreThoseOfTheServer() {
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "a": {"command": "a", "startTimeout": "5s", "timeout": "2m"},
                  "b": {"command": "b", "startTimeout": 0.25, "timeout": 60},
                  "c": {"command": "c"}
                }}
                """);

        assertThat(config.servers())
                .extracting(server -> server.options().startTimeout())
                .containsExactly(Duration.ofSeconds(5), Duration.ofMillis(250), null);
        assertThat(config.servers())
                .extracting(server -> server.options().request())
                .containsExactly(
                        RequestOptions.within(Duration.ofMinutes(2))
                                .mutate()
                                .source("timeout in " + file + ", line 2, column 58, /mcpServers/a/timeout")
                                .build(),
                        RequestOptions.within(Duration.ofSeconds(60))
                                .mutate()
                                .source("timeout in " + file
                                        + ", line 3, column 58, /mcpServers/b/timeout, read as seconds")
                                .build(),
                        null);
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            60000     | 16h40m       | 1m
            "600000"  | 6d22h40m     | 10m
            1000      | 16m40s       | 1s
            """)
    void aTimeThatLooksLikeMillisecondsIsReported(String value, String read, String meant) {
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"timeout\": " + value + "}}}");

        assertThat(config.servers().get(0).options().request().totalTimeout()).isEqualTo(Durations.parse(read));
        assertThat(config.warnings())
                .containsExactly(file + ", line 1, column 50, /mcpServers/a/timeout: timeout is read as seconds, "
                        + read + "; if milliseconds are meant, write \"" + meant + "\"");
    }

    // -- working directory

    @Test
    void aRelativeDirectoryIsRelativeToTheFile() {
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "a": {"command": "a", "cwd": "work/here"},
                  "b": {"command": "b", "cwd": "."}
                }}
                """);

        assertThat((Path) launch(config, 0, "workingDirectory")).isEqualTo(directory.resolve("work/here"));
        assertThat(((Path) launch(config, 1, "workingDirectory")).normalize()).isEqualTo(directory);
    }

    @Test
    void anAbsoluteDirectoryStays() {
        Path absolute = directory.resolve("elsewhere").toAbsolutePath();
        ConfigFile.Content config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"cwd\": \""
                + absolute.toString().replace("\\", "\\\\") + "\"}}}");

        assertThat(launch(config, 0, "workingDirectory")).isEqualTo(absolute);
    }

    @Test
    void anImpossibleDirectoryBreaksItsServerOnly() {
        ConfigFile.Content config = read(withBroken("\"cwd\": \"a\\u0000b\"", false));

        assertThat(problem(config, 1).pointer()).isEqualTo("/mcpServers/bad/cwd");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
    }

    // -- secrets

    @Test
    void noTextShowsArgumentsOrEnvironment() {
        variables.put("TOKEN", "variable-" + SECRET);
        ConfigFile.Content config = read("""
                {"mcpServers": {
                  "a": {"command": "a", "args": ["--key=s3cr3t", "${env:TOKEN}"],
                        "env": {"A": "s3cr3t", "B": "${env:TOKEN}"}, "unknown": "s3cr3t"},
                  "b": {"command": "b", "args": ["s3cr3t"], "env": {"A": "s3cr3t", "B": ["s3cr3t"]}},
                  "c": {"url": "https://s3cr3t@example.org/?key=s3cr3t", "headers": {"Authorization": "s3cr3t"}},
                  "d": {"command": "d", "timeout": "s3cr3t", "startTimeout": "s3cr3t"},
                  "e__f": {"command": "e", "env": {"A": "s3cr3t"}}
                }}
                """);

        assertThat(config.servers()).hasSize(4);
        assertThat(config.warnings()).hasSize(2);
        assertThat(config.toString()).contains("a", "b", "c", "d").doesNotContain(SECRET);
        assertThat(config.servers())
                .allSatisfy(server -> assertThat(server.toString()).doesNotContain(SECRET))
                .first()
                .satisfies(server -> assertThat(transport(server).toString()).doesNotContain(SECRET));
        for (int i = 1; i < 4; i++) {
            assertThat(trace(problem(config, i))).doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'env': {'TOKEN=s3cr3t': ''}",
                "'env': {'TOKEN s3cr3t': null}",
                "'env': {'TOKEN': {'s3cr3t': 1}}",
                "'env': ['TOKEN=s3cr3t']",
                "'env': 'TOKEN=s3cr3t'",
                "'env': {'TOKEN': ['s3cr3t']}",
                "'env': {'TOKEN': '${ABSENT:-${OTHER}s3cr3t}'}",
                "'env': {'TOKEN': '${config:s3cr3t}'}",
                "'TOKEN=s3cr3t': 'x', 'args': 1",
                "'Authorization: Bearer s3cr3t': 'x', 'args': 1",
                "'args': ['--key', ['s3cr3t']]",
                "'args': '--key s3cr3t'",
                "'timeout': 's3cr3t'",
                "'startTimeout': 'Bearer s3cr3t'",
                "'type': 'Bearer: s3cr3t'",
                "'era': 'Bearer: s3cr3t'",
                "'disabled': 's3cr3t'",
                "'required': 's3cr3t'",
                "'cwd': ['s3cr3t']",
                "'headers': {'X': 's3cr3t'}, 'url': 'https://h/s3cr3t'",
                "'type': 'http', 'url': ['https://h/s3cr3t']",
                "'type': 'http', 'url': 's3cr3t'",
                "'type': 'http', 'url': 'https://u:s3cr3t@h/'",
                "'type': 'http', 'url': 'https://h/?key=s3cr3t key'",
                "'type': 'http', 'url': 'https://h:s3cr3t/'",
                "'type': 'http', 'url': 'http://h/', 'headers': 'X: s3cr3t'",
                "'type': 'http', 'url': 'http://h/', 'headers': ['X: s3cr3t']",
                "'type': 'http', 'url': 'http://h/', 'headers': {'X: s3cr3t': ''}",
                "'type': 'http', 'url': 'http://h/', 'headers': {'X': 's3cr3t\\n'}",
                "'type': 'http', 'url': 'http://h/', 'headers': {'X': ['s3cr3t']}",
                "'type': 'http', 'url': 'http://h/', 'headers': {'Mcp-Name': 's3cr3t'}",
            })
    void noMistakeShowsASecret(String members) {
        String command = members.contains("'type': 'http'") ? "" : "'command': 'c', ";
        ConfigFile.Content config = read(("{'mcpServers': {'a': {" + command + members + "}}}").replace('\'', '"'));

        assertThat(config.warnings().toString()).doesNotContain(SECRET);
        assertThat(config.toString()).doesNotContain(SECRET);
        try {
            assertThat(transport(config.servers().get(0)).toString()).doesNotContain(SECRET);
        } catch (McpConfigurationException e) {
            assertThat(trace(e)).doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": tok_s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": true_s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": nulls3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": 1s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": -s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": NaNs3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": 's3cr3t'}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"s3cr3t}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"s3cr3t\n\"}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"s3cr3t\\q\"}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"\\us3cr3t\"}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"s3cr3t\" \"X\": 1}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\" \"s3cr3t\"}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {\"TOKEN\": \"s3cr3t\"]}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"env\": {s3cr3t: 1}}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"--key\", s3cr3t]}}}",
                "{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"--key\" \"s3cr3t\"]}}}",
                "{\"mcpServers\": {}} s3cr3t",
                "{\"mcpServers\": {}} \"s3cr3t\"",
                "TOKEN=s3cr3t",
                "s3cr3t",
                "\"s3cr3t\""
            })
    void whatIsNotJsonIsNotQuoted(String content) {
        McpConfigurationException e = failure(content);

        assertThat(trace(e)).doesNotContain(SECRET);
    }

    // -- helpers

    /** Three servers; the one in the middle has {@code member} on line 5. */
    private static String withBroken(String member, boolean required) {
        return """
                {
                  "mcpServers": {
                    "good": {"command": "good"},
                    "bad": {
                      %s,
                      %s%s
                    },
                    "best": {"command": "best"}
                  }
                }
                """.formatted(
                        member,
                        member.startsWith("\"command\"") ? "" : "\"command\": \"bad\",",
                        required ? "\"required\": true" : "");
    }

    private void write(String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ConfigFile.Content read(String content) {
        write(content);
        return read(file);
    }

    private ConfigFile.Content read(Path path) {
        return new ConfigFile(path, variables::get).read();
    }

    private Transport transport(ServerDefinition server) {
        return Objects.requireNonNull(new TransportFactory(variables::get, null, null)
                .transport(server)
                .block());
    }

    private McpConfigurationException failure(String content) {
        McpConfigurationException e = catchThrowableOfType(McpConfigurationException.class, () -> read(content));
        assertThat(e).isNotNull();
        return e;
    }

    /** What the server fails to start with. */
    private McpConfigurationException problem(ConfigFile.Content config, int server) {
        AtomicReference<Throwable> error = new AtomicReference<>();
        StepVerifier.create(new TransportFactory(variables::get, null, null)
                        .transport(config.servers().get(server)))
                .consumeErrorWith(error::set)
                .verify(Duration.ofSeconds(5));
        assertThat(error.get()).isInstanceOf(McpConfigurationException.class);
        return (McpConfigurationException) error.get();
    }

    /** What the server would be started with; the transport shows it to nobody. */
    private Object launch(ConfigFile.Content config, int server, String property) {
        AtomicReference<Object> value = new AtomicReference<>();
        assertThat(transport(config.servers().get(server)))
                .extracting("launch." + property)
                .satisfies(value::set);
        return value.get();
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
