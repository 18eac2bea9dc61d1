package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpflux.session.RequestOptions;
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
        HostConfig config = read("""
                {"mcpServers": {
                  "weather": {"command": "java", "args": ["-jar", "weather.jar"], "env": {"UNITS": "metric"}},
                  "clock": {"command": "clock", "type": "stdio"},
                  "atlas": {"command": "atlas", "required": true}
                }}
                """);

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("weather", "clock", "atlas");
        assertThat(config.servers()).extracting(ServerConfig::required).containsExactly(false, false, true);
        assertThat(config.warnings()).isEmpty();
        assertThat(launch(config, 0, "command")).isEqualTo("java");
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("-jar", "weather.jar"));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("UNITS", "metric"));
        assertThat(launch(config, 0, "workingDirectory")).isNull();
    }

    @Test
    void aFileWithoutServersIsAHostWithoutServers() {
        HostConfig config = read("{\"mcpServers\": {}}");

        assertThat(config.servers()).isEmpty();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void loadReadsTheSameFile() {
        write("{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}");

        assertThat(HostConfig.load(file).servers())
                .extracting(ServerConfig::name)
                .containsExactly("a");
    }

    @Test
    void acceptsCommentsAndTrailingCommas() {
        HostConfig config = read("""
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
        HostConfig config = read("\uFEFF{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}");

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("a");
    }

    @Test
    void readsUtf8() {
        HostConfig config = read("{\"mcpServers\": {\"Übersicht\": {\"command\": \"a\", \"args\": [\"東京\"]}}}");

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("Übersicht");
        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("東京"));
    }

    @Test
    void aMissingFileIsNamed() {
        McpConfigurationException e =
                catchThrowableOfType(McpConfigurationException.class, () -> HostConfig.load(file));

        assertThat(e).hasMessage(file + ": there is no such file");
        assertThat(e.file()).isEqualTo(file);
        assertThat(e.line()).isZero();
        assertThat(e.pointer()).isNull();
        assertThat(e.server()).isNull();
        assertThat(e.isTransient()).isFalse();
    }

    @Test
    void aDirectoryIsNoFile() {
        McpConfigurationException e =
                catchThrowableOfType(McpConfigurationException.class, () -> HostConfig.load(directory));

        assertThat(e).hasMessageStartingWith(directory + ": it cannot be read");
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Files.write(file, new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});

        McpConfigurationException e =
                catchThrowableOfType(McpConfigurationException.class, () -> HostConfig.load(file));

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

        assertThat(e).hasMessageStartingWith(file + ", line 3: it is not JSON: ");
        assertThat(e.line()).isEqualTo(3);
        assertThat(e.file()).isEqualTo(file);
        assertThat(e.server()).isNull();
    }

    @Test
    void aSecondValueIsToldWithItsLine() {
        McpConfigurationException e = failure("{\"mcpServers\": {}}\n\n{\"mcpServers\": {}}");

        assertThat(e).hasMessage(file + ", line 3: expected the end of the file after its object");
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

        assertThat(e).hasMessage(file + ", line 2: expected an object with \"mcpServers\", found " + found);
        assertThat(e.line()).isEqualTo(2);
    }

    @Test
    void expectsMcpServers() {
        McpConfigurationException e = failure("// mine\n{\"inputs\": []}");

        assertThat(e).hasMessage(file + ", line 2: expected \"mcpServers\" at the top level");
        assertThat(e.line()).isEqualTo(2);
    }

    @Test
    void hintsAtTheKeyOfOtherHosts() {
        McpConfigurationException e = failure("{\"servers\": {\"a\": {\"command\": \"a\"}}}");

        assertThat(e).hasMessage(file + ", line 1: expected \"mcpServers\", found \"servers\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []     | an array
            "a"    | a string
            1      | a number
            true   | a boolean
            null   | null
            """)
    void expectsServersByName(String value, String found) {
        McpConfigurationException e = failure("{\n  \"mcpServers\":\n    " + value + "\n}");

        assertThat(e).hasMessage(file + ", line 3, /mcpServers: expected an object of servers by name, found " + found);
        assertThat(e.line()).isEqualTo(3);
        assertThat(e.pointer()).isEqualTo("/mcpServers");
    }

    // -- one entry

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "command": 7                   | /command      | expected a string, found a number
            "command": ["npx", "-y"]       | /command      | expected a string, found an array
            "args": "-y server"            | /args         | expected an array of strings, found a string
            "args": {"a": "b"}             | /args         | expected an array of strings, found an object
            "args": ["a", ["b"]]           | /args/1       | expected a string, found an array
            "args": [{"a": 1}]             | /args/0       | expected a string, found an object
            "args": ["a", "b", null]       | /args/2       | expected a string, found null
            "env": ["A=b"]                 | /env          | expected an object of strings, found an array
            "env": "A=b"                   | /env          | expected an object of strings, found a string
            "env": {"A": {"b": "c"}}       | /env/A        | expected a string, found an object
            "env": {"A": "b", "C": ["d"]}  | /env/C        | expected a string, found an array
            "env": {"A/B~C": null}         | /env/A~1B~0C  | expected a string, found null
            "cwd": 3                       | /cwd          | expected a string, found a number
            "cwd": ["a"]                   | /cwd          | expected a string, found an array
            "required": "yes"              | /required     | expected true or false, found a string
            "required": 1                  | /required     | expected true or false, found a number
            "startTimeout": "soon"         | /startTimeout | expected a time like "30s"
            "startTimeout": true           | /startTimeout | found a boolean
            "startTimeout": 0              | /startTimeout | expected a time like "30s"
            "timeout": "1h"                | /timeout      | expected a time like "30s"
            "timeout": 1.5                 | /timeout      | found a number
            "timeout": -5                  | /timeout      | found a number
            "timeout": ["30s"]             | /timeout      | found an array
            "timeout": {"value": 30}       | /timeout      | found an object
            "type": 1                      | /type         | expected a string, found a number
            "type": "websocket"            | /type         | expected "stdio", "http", "streamable-http" or "sse"
            "url": "https://example.org/"  | /url          | this server has both
            """)
    void aWrongValueIsToldWithItsPlace(String member, String pointer, String expected) {
        HostConfig config = read(withBroken(member, false));

        McpConfigurationException e = problem(config, 1);
        assertThat(e)
                .hasMessageStartingWith("server 'bad': " + file + ", line 5, /mcpServers/bad" + pointer + ": ")
                .hasMessageContaining(expected);
        assertThat(e.line()).isEqualTo(5);
        assertThat(e.pointer()).isEqualTo("/mcpServers/bad" + pointer);
        assertThat(e.server()).isEqualTo("bad");
        assertThat(e.isTransient()).isFalse();
    }

    @Test
    void serversAreReachedByUrl() {
        variables.put("TOKEN", "variable-" + SECRET);
        HostConfig config = read("""
                {"mcpServers": {
                  "a": {"url": "https://example.org/mcp?key=s3cr3t", "headers": {"Authorization": "Bearer ${env:TOKEN}"}},
                  "b": {"type": "http", "url": "https://example.org:8443/mcp", "era": "legacy", "timeout": "5s"},
                  "c": {"type": "streamable-http", "url": "http://localhost:1/mcp"},
                  "d": {"type": "sse", "url": "http://LOCALHOST:80/sse"},
                  "local": {"command": "local"}
                }}
                """);

        assertThat(config.servers().subList(0, 4))
                .extracting(server -> server.transport().toString())
                .containsExactly(
                        "HttpTransport[a: https://example.org, 1 headers]",
                        "HttpTransport[b: https://example.org:8443, 0 headers]",
                        "HttpTransport[c: http://localhost:1, 0 headers]",
                        "HttpTransport[d: http://localhost, 0 headers]");
        assertThat(config.servers().get(1).era()).isEqualTo(dev.mcpflux.session.EraPolicy.LEGACY);
        assertThat(launch(config, 4, "command")).isEqualTo("local");
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
            "url": "http://h/", "headers": []                         | /headers               | expected an object
            "url": "http://h/", "headers": {"a b": "s3cr3t"}          | /headers/a b           | no name of a header
            "url": "http://h/", "headers": {"Host": "s3cr3t"}         | /headers/Host          | set by the transport itself
            "url": "http://h/", "headers": {"Mcp-Name": "s3cr3t"}     | /headers/Mcp-Name      | set by the transport itself
            "url": "http://h/", "headers": {"X": "s3cr3t\\n"}          | /headers/X             | cannot stand in one
            "url": "http://h/", "headers": {"X": "${env:MISSING}"}    | /headers/X             | MISSING is not set
            """)
    void aWrongAddressIsToldWithItsPlaceAndWithoutItsValue(String members, String pointer, String expected) {
        HostConfig config = read("{\"mcpServers\": {\n\"bad\": {" + members + "}, \"good\": {\"command\": \"c\"}}}");

        McpConfigurationException e = problem(config, 0);
        assertThat(e)
                .hasMessageStartingWith("server 'bad': " + file + ", line 2, /mcpServers/bad" + pointer + ": ")
                .hasMessageContaining(expected);
        assertThat(trace(e)).doesNotContain(SECRET);
        assertThat(launch(config, 1, "command")).isEqualTo("c");
    }

    @Test
    void theLineIsThatOfTheElement() {
        HostConfig config = read("""
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
        HostConfig config = read("{\"mcpServers\": {\n\"a\": " + entry + ",\n\"b\": {\"command\": \"b\"}}}");

        McpConfigurationException e = problem(config, 0);
        assertThat(e).hasMessage("server 'a': " + file + ", line 2, /mcpServers/a: expected an object, found " + found);
        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"args\": []}", "{\"command\": null}"})
    void anEntryHasACommand(String entry) {
        HostConfig config = read("{\"mcpServers\": {\n\"a\": " + entry + "}}");

        assertThat(problem(config, 0))
                .hasMessageStartingWith("server 'a': " + file + ", line 2, /mcpServers/a: expected \"command\"");
    }

    @Test
    void aBrokenEntryFailsAlone() {
        HostConfig config = read(withBroken("\"args\": 1", false));

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("good", "bad", "best");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
        assertThat(launch(config, 2, "command")).isEqualTo("best");
        assertThat(config.servers().get(1).required()).isFalse();
    }

    @Test
    void aBrokenEntryFailsAnewEachTime() {
        HostConfig config = read(withBroken("\"args\": 1", false));

        assertThat(problem(config, 1)).isNotSameAs(problem(config, 1));
    }

    @Test
    void aBrokenEntryIsClosedWithoutError() {
        HostConfig config = read(withBroken("\"args\": 1", false));

        StepVerifier.create(config.servers().get(1).transport().connection().close())
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void aBrokenEntryStaysRequired() {
        HostConfig config = read(withBroken("\"args\": 1", true));

        assertThat(config.servers().get(1).required()).isTrue();
    }

    @Test
    void theErrorOfABrokenEntryKnowsItsFile() {
        HostConfig config = read(withBroken("\"args\": 1", false));

        assertThat(problem(config, 1).file()).isEqualTo(file);
    }

    @Test
    void aServerMayBeCalledLikeTheFile() {
        HostConfig config =
                read("{\"mcpServers\": {\"" + file.toString().replace("\\", "\\\\") + "\": {\"args\": []}}}");

        assertThat(problem(config, 0)).hasMessageStartingWith("server '" + file + "': " + file + ", line 1, /");
    }

    @Test
    void namesAreEscapedInPointers() {
        HostConfig config = read("{\"mcpServers\": {\"a/b~c\": {\"command\": 1}}}");

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
        HostConfig config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"--value\", " + json
                + "], \"env\": {\"VALUE\": " + json + "}}}}");

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("--value", text));
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of("VALUE", text));
    }

    @Test
    void nullIsAsIfTheKeyWereNotThere() {
        HostConfig config = read("""
                {"mcpServers": {"a": {
                  "command": "a", "args": null, "env": null, "cwd": null, "type": null,
                  "required": null, "startTimeout": null, "timeout": null, "disabled": null
                }}}
                """);

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of());
        assertThat(launch(config, 0, "environment")).isEqualTo(Map.of());
        assertThat(launch(config, 0, "workingDirectory")).isNull();
        assertThat(config.servers().get(0).required()).isFalse();
        assertThat(config.servers().get(0).startTimeout()).isNull();
        assertThat(config.servers().get(0).request()).isNull();
        assertThat(config.warnings()).isEmpty();
    }

    // -- variables

    @Test
    void expandsVariables() {
        variables.put("BIN", "/opt/bin");
        variables.put("TOKEN", "abc");
        variables.put("EMPTY", "");
        variables.put("DIR", "work");

        HostConfig config = read("""
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

        HostConfig config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"args\": [\"${env:ODD}\"]}}}");

        assertThat(launch(config, 0, "arguments")).isEqualTo(List.of("a$1\\b${env:OTHER}"));
    }

    @Test
    void otherDollarsStay() {
        HostConfig config = read("""
                {"mcpServers": {"a": {"command": "a", "args": ["$HOME", "${HOME}", "${input:key}", "${env:HOME", "$$"]}}}
                """);

        assertThat(launch(config, 0, "arguments"))
                .isEqualTo(List.of("$HOME", "${HOME}", "${input:key}", "${env:HOME", "$$"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "command": "${env:ABSENT}"         | /command
            "args": ["a", "x ${env:ABSENT}"]   | /args/1
            "env": {"K": "${env:ABSENT}"}      | /env/K
            "cwd": "${env:ABSENT}/x"           | /cwd
            """)
    void anUnsetVariableBreaksItsServerOnly(String member, String pointer) {
        HostConfig config = read(withBroken(member, false));

        assertThat(problem(config, 1))
                .hasMessage("server 'bad': " + file + ", line 5, /mcpServers/bad" + pointer
                        + ": the environment variable ABSENT is not set");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
    }

    // -- what is told and passed over

    @Test
    void unknownKeysAreToldAndIgnored() {
        HostConfig config = read("""
                {
                  "inputs": [],
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
                        file + ", line 2, /inputs: unknown key \"inputs\" is ignored",
                        file + ", line 6, /mcpServers/a/comand: unknown key \"comand\" is ignored",
                        file + ", line 7, /mcpServers/a/x~1y: unknown key \"x/y\" is ignored");
        assertThat(launch(config, 0, "command")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alwaysAllow", "autoApprove", "description", "name", "icon", "gallery", "version"})
    void keysOfOtherHostsAreNoMistake(String key) {
        HostConfig config =
                read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"" + key + "\": [\"whatever\", 1, {}]}}}");

        assertThat(config.warnings()).isEmpty();
        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("a");
    }

    @Test
    void disabledServersAreLeftOut() {
        HostConfig config = read("""
                {"mcpServers": {
                  "off": {"command": "off", "disabled": true},
                  "broken": {"command": 7, "unknown": 1, "disabled": true},
                  "on": {"command": "on", "disabled": false}
                }}
                """);

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("on");
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a__b", "__", "", " ", "a\\nb"})
    void aServerWithAnImpossibleNameIsToldAndLeftOut(String name) {
        HostConfig config =
                read("{\"mcpServers\": {\n\"" + name + "\": {\"command\": \"a\"},\n\"ok\": {\"command\": \"ok\"}}}");

        assertThat(config.servers()).extracting(ServerConfig::name).containsExactly("ok");
        assertThat(config.warnings())
                .singleElement()
                .asString()
                .startsWith(file + ", line 2, /mcpServers/")
                .contains("is left out: its name ");
    }

    // -- times

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            500ms        | PT0.5S
            1            | PT0.001S
            1500         | PT1.5S
            30s          | PT30S
            30 s         | PT30S
            ' 30s '      | PT30S
            2m           | PT2M
            007s         | PT7S
            999999999s   | PT999999999S
            """)
    void readsTimes(String text, Duration expected) {
        assertThat(ConfigFile.parseDuration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "0s",
                "000ms",
                "-1",
                "-1s",
                "+1s",
                "1.5s",
                "1,5s",
                "1h",
                "1d",
                "s",
                "ms",
                "1 m s",
                "1S",
                "30sec",
                "PT30S",
                "1e3",
                "1s2",
                "9999999999",
                "99999999999999999999s"
            })
    void refusesOtherTimes(String text) {
        assertThat(ConfigFile.parseDuration(text)).isNull();
    }

    @Test
    void timesAreThoseOfTheServer() {
        HostConfig config = read("""
                {"mcpServers": {
                  "a": {"command": "a", "startTimeout": "5s", "timeout": "2m"},
                  "b": {"command": "b", "startTimeout": 250, "timeout": 1500},
                  "c": {"command": "c"}
                }}
                """);

        assertThat(config.servers())
                .extracting(ServerConfig::startTimeout)
                .containsExactly(Duration.ofSeconds(5), Duration.ofMillis(250), null);
        assertThat(config.servers())
                .extracting(ServerConfig::request)
                .containsExactly(
                        RequestOptions.within(Duration.ofMinutes(2)),
                        RequestOptions.within(Duration.ofMillis(1500)),
                        null);
    }

    // -- working directory

    @Test
    void aRelativeDirectoryIsRelativeToTheFile() {
        HostConfig config = read("""
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
        HostConfig config = read("{\"mcpServers\": {\"a\": {\"command\": \"a\", \"cwd\": \""
                + absolute.toString().replace("\\", "\\\\") + "\"}}}");

        assertThat(launch(config, 0, "workingDirectory")).isEqualTo(absolute);
    }

    @Test
    void anImpossibleDirectoryBreaksItsServerOnly() {
        HostConfig config = read(withBroken("\"cwd\": \"a\\u0000b\"", false));

        assertThat(problem(config, 1).pointer()).isEqualTo("/mcpServers/bad/cwd");
        assertThat(launch(config, 0, "command")).isEqualTo("good");
    }

    // -- secrets

    @Test
    void noTextShowsArgumentsOrEnvironment() {
        variables.put("TOKEN", "variable-" + SECRET);
        HostConfig config = read("""
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
                .allSatisfy(server -> assertThat(server.transport().toString()).doesNotContain(SECRET));
        for (int i = 1; i < 4; i++) {
            assertThat(trace(problem(config, i))).doesNotContain(SECRET);
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

    private HostConfig read(String content) {
        write(content);
        return new ConfigFile(file, variables::get).read();
    }

    private McpConfigurationException failure(String content) {
        McpConfigurationException e = catchThrowableOfType(McpConfigurationException.class, () -> read(content));
        assertThat(e).isNotNull();
        return e;
    }

    /** What the server fails to start with. */
    private static McpConfigurationException problem(HostConfig config, int server) {
        AtomicReference<Throwable> error = new AtomicReference<>();
        StepVerifier.create(
                        config.servers().get(server).transport().connection().open())
                .consumeErrorWith(error::set)
                .verify(Duration.ofSeconds(5));
        assertThat(error.get()).isInstanceOf(McpConfigurationException.class);
        return (McpConfigurationException) error.get();
    }

    /** What the server would be started with; the transport shows it to nobody. */
    private static Object launch(HostConfig config, int server, String property) {
        AtomicReference<Object> value = new AtomicReference<>();
        assertThat(config.servers().get(server).transport())
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
