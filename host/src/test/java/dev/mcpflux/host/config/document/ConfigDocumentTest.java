package dev.mcpflux.host.config.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigDocumentTest {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    @TempDir
    private Path directory;

    private static ConfigDocument json(String text) {
        return ConfigDocument.parse(text, ConfigSyntax.JSON);
    }

    private static ConfigDocument json5(String text) {
        return ConfigDocument.parse(text, ConfigSyntax.JSON5);
    }

    private static ConfigDocument toml(String text) {
        return ConfigDocument.parse(text, ConfigSyntax.TOML);
    }

    private static ConfigDocument yaml(String text) {
        return ConfigDocument.parse(text, ConfigSyntax.YAML);
    }

    private static DocumentException failure(String text, ConfigSyntax syntax) {
        DocumentException e = catchThrowableOfType(DocumentException.class, () -> ConfigDocument.parse(text, syntax));
        assertThat(e).as(text).isNotNull();
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        assertThat(trace.toString()).doesNotContain("s3cr3t");
        return e;
    }

    private static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    /** Line, column, and the text between the offsets. */
    private static String at(ConfigDocument document, String pointer) {
        DocumentPlace place = document.place(pointer);
        return place.line() + ":" + place.column()
                + (place.end() < 0 ? "" : " " + document.text().substring(place.start(), place.end()));
    }

    // -- JSON

    @Test
    void placesOfJson() {
        ConfigDocument document = json("""
                { // é😀
                  "a": "x\\"y", "n" : -1.50e3,
                  "l": [true, null,  "😀", {} ], "m/~": 7
                }
                """);

        assertThat(at(document, "/a")).isEqualTo("2:8 \"x\\\"y\"");
        assertThat(at(document, "/n")).isEqualTo("2:22 -1.50e3");
        assertThat(at(document, "/l")).isEqualTo("3:8 [true, null,  \"😀\", {} ]");
        assertThat(at(document, "/l/0")).isEqualTo("3:9 true");
        assertThat(at(document, "/l/1")).isEqualTo("3:15 null");
        assertThat(at(document, "/l/2")).isEqualTo("3:22 \"😀\"");
        assertThat(at(document, "/l/3")).isEqualTo("3:28 {}");
        assertThat(at(document, "/m~1~0")).isEqualTo("3:41 7");
        assertThat(at(document, "")).startsWith("1:1 {").endsWith("}");
        assertThat(document.literal("/n")).isEqualTo("-1.50e3");
        assertThat(document.literal("/l/0")).isEqualTo("true");
        assertThat(document.literal("/a")).isNull();
        assertThat(document.place("/none")).isEqualTo(new DocumentPlace(0, 0, -1, -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void countsLinesOfEveryKind(String end) {
        ConfigDocument document = json(String.join(end, "{", "// c", "\"a\":", "  1}"));

        assertThat(at(document, "/a")).isEqualTo("4:3 1");
    }

    @Test
    void aByteOrderMarkIsNoPartOfALine() {
        ConfigDocument document = json("\uFEFF{\"a\": 12}");

        assertThat(at(document, "/a")).isEqualTo("1:7 12");
        assertThat(document.text()).startsWith("\uFEFF");
    }

    @Test
    void readsJson5() {
        ConfigDocument document = json5("""
                // servers
                {unquoted: 'sing"le', $d_1: .5, t: 5., p: +1.10, /* c */ 'q': [1,], inf: -Infinity, "esc": '\\'',}
                """);

        assertThat(document.root().get("unquoted")).isEqualTo(tree("\"sing\\\"le\""));
        assertThat(document.root().get("q")).isEqualTo(tree("[1]"));
        assertThat(document.root().get("esc").asString()).isEqualTo("'");
        assertThat(document.root().get("t").doubleValue()).isEqualTo(5);
        assertThat(document.literal("/p")).isEqualTo("+1.10");
        assertThat(at(document, "/p")).endsWith(" +1.10");
        assertThat(at(document, "/$d_1")).endsWith(" .5");
        assertThat(at(document, "/t")).endsWith(" 5.");
        assertThat(at(document, "/inf")).endsWith(" -Infinity");
        assertThat(at(document, "/unquoted")).endsWith(" 'sing\"le'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a: 1}", "{'a': 1}", "{\"a\": .5}", "{\"a\": +1}", "{\"a\": 1 # c\n}"})
    void jsonIsNotJson5(String text) {
        assertThat(failure(text, ConfigSyntax.JSON).reason()).startsWith("it is not JSON: ");
    }

    @Test
    void commentsByHashAreNotOfJson5() {
        assertThat(failure("# c\n{}", ConfigSyntax.JSON5).reason()).startsWith("it is not JSON5: ");
    }

    // -- TOML

    @Test
    void readsToml() {
        ConfigDocument document = toml("""
                # servers
                version = 1.10 # of what
                big = 1_000
                "amp.x" = 'lit'
                site.port = 0x1F

                [mcp_servers.a]
                args = ["-y", 'b', # c
                  ""\"m"u
                lti""\", ]
                env = { K = "é😀", L = true }
                day = 2024-01-02 # d
                at = 1979-05-27 07:32:00Z
                time = 07:32:00
                  [mcp_servers.b]
                  command = "b"
                [[list]]
                name = "one"
                [[list]]
                name = "two"
                [list.sub]
                z = 3000000000
                """);

        assertThat(document.root()).isEqualTo(tree("""
                {"version": 1.10, "big": 1000, "amp.x": "lit", "site": {"port": 31},
                 "mcp_servers": {
                   "a": {"args": ["-y", "b", "m\\"u\\nlti"], "env": {"K": "é😀", "L": true}, "day": "2024-01-02",
                         "at": "1979-05-27 07:32:00Z", "time": "07:32:00"},
                   "b": {"command": "b"}},
                 "list": [{"name": "one"}, {"name": "two", "sub": {"z": 3000000000}}]}
                """));
        assertThat(document.literal("/version")).isEqualTo("1.10");
        assertThat(document.literal("/big")).isEqualTo("1_000");
        assertThat(document.literal("/site/port")).isEqualTo("0x1F");
        assertThat(at(document, "/version")).isEqualTo("2:11 1.10");
        assertThat(at(document, "/mcp_servers/a")).isEqualTo("7:1");
        assertThat(at(document, "/mcp_servers/a/args/2")).isEqualTo("9:3 \"\"\"m\"u\nlti\"\"\"");
        assertThat(at(document, "/mcp_servers/a/env/L")).isEqualTo("11:24 true");
        assertThat(at(document, "/mcp_servers/a/at")).isEqualTo("13:6 1979-05-27 07:32:00Z");
        assertThat(at(document, "/mcp_servers/b")).isEqualTo("15:3");
        assertThat(at(document, "/list/1")).isEqualTo("19:1");
        assertThat(at(document, "/list/1/sub/z")).isEqualTo("22:5 3000000000");
        assertThat(document.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a = 1;b = s3cr3t          | 2 | 5 | Unexpected 's', expected a value
            [x];y = "s3cr3t           | 2 | 12 | Unexpected end of input
            s3cr3t = 1;s3cr3t = 2     | 2 | 1 | a key previously defined at line 1, column 1
            [s3cr3t];[s3cr3t]         | 2 | 1 | a key previously defined at line 1, column 1
            a.s3cr3t = 1;[a.s3cr3t.x] | 2 | 1 | a key is not a table (previously defined at line 1, column 1)
            a = 99999999999999999999  | 1 | 5 | Integer is too large
            a = {s3cr3t = 1;[b]       | 1 | 0 |
            a = "\\s3cr3t"            | 1 | 0 |
            a = 2024-13-01            | 1 | 0 | Invalid month
            """)
    void mistakesOfToml(String lines, int line, int column, @Nullable String reason) {
        DocumentException e = failure(lines.replace(';', '\n'), ConfigSyntax.TOML);

        assertThat(e.reason()).startsWith("it is not TOML: " + (reason == null ? "" : reason));
        assertThat(e.line()).isGreaterThanOrEqualTo(line);
        if (column > 0) {
            assertThat(e.line() + ":" + e.column()).isEqualTo(line + ":" + column);
        }
        assertThat(e).hasMessageStartingWith("line " + e.line() + ", column " + e.column() + ": it is not TOML: ");
    }

    // -- YAML

    @Test
    void readsYaml() {
        ConfigDocument document = yaml("""
                # é😀 servers
                version: 1.10
                mcpServers:
                  - name: "😀" # c
                    args: [-y, 'it''s', 0x1F]
                  - name: two
                    on: yes
                    off: False
                    day: 2024-01-02
                    ip: 10.0.0.1
                    none: ~
                    empty:
                    var: ${HOME}
                    text: |
                      multi
                      line

                # end
                z: 0o17
                1: 007
                """);

        assertThat(document.root()).isEqualTo(tree("""
                {"version": 1.10,
                 "mcpServers": [
                   {"name": "😀", "args": ["-y", "it's", 31]},
                   {"name": "two", "on": "yes", "off": false, "day": "2024-01-02", "ip": "10.0.0.1", "none": null,
                    "empty": null, "var": "${HOME}", "text": "multi\\nline\\n"}],
                 "z": 15, "1": 7}
                """));
        assertThat(document.literal("/version")).isEqualTo("1.10");
        assertThat(document.literal("/1")).isEqualTo("007");
        assertThat(document.literal("/mcpServers/1/off")).isEqualTo("False");
        assertThat(at(document, "/version")).isEqualTo("2:10 1.10");
        assertThat(at(document, "/mcpServers")).startsWith("3:1 - name").contains("line\n");
        assertThat(at(document, "/mcpServers/0")).isEqualTo("4:5 name: \"😀\" # c\n    args: [-y, 'it''s', 0x1F]");
        assertThat(at(document, "/mcpServers/0/name")).isEqualTo("4:11 \"😀\"");
        assertThat(at(document, "/mcpServers/0/args")).isEqualTo("5:11 [-y, 'it''s', 0x1F]");
        assertThat(at(document, "/mcpServers/1/name")).isEqualTo("6:11 two");
    }

    @Test
    void resolvesAliasesAndMergeKeys() {
        ConfigDocument document = yaml("""
                base: &base {command: npx, timeout: 5, env: {A: b}}
                more: &more {timeout: 7, cwd: /}
                a:
                  <<: *base
                  command: other
                b:
                  timeout: 9
                  <<: [*more, *base]
                c: *base
                d:
                  "<<": text
                """);

        assertThat(document.root().get("a"))
                .isEqualTo(tree("{\"command\": \"other\", \"timeout\": 5, \"env\": {\"A\": \"b\"}}"));
        assertThat(document.root().get("b"))
                .isEqualTo(tree("{\"timeout\": 9, \"cwd\": \"/\", \"command\": \"npx\", \"env\": {\"A\": \"b\"}}"));
        assertThat(document.root().get("c")).isEqualTo(document.root().get("base"));
        assertThat(document.root().get("d")).isEqualTo(tree("{\"<<\": \"text\"}"));
        assertThat(document.warnings()).isEmpty();
        assertThat(at(document, "/a/timeout")).isEqualTo("1:37 5");
    }

    @Test
    void duplicatesAreWarnedOf() {
        List<DocumentWarning> expected = List.of(new DocumentWarning("/a/b", "it is given twice; the last one counts"));

        ConfigDocument json = json("{\"a\": {\"b\": 1,\n\"b\": 2}}");
        ConfigDocument yaml = yaml("a:\n  b: 1\n  b: 2\n");

        assertThat(json.warnings()).isEqualTo(expected);
        assertThat(yaml.warnings()).isEqualTo(expected);
        assertThat(at(json, "/a/b")).isEqualTo("2:6 2");
        assertThat(at(yaml, "/a/b")).isEqualTo("3:6 2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: *s3cr3t                  | 1:4 | it is not YAML: found undefined alias
            a: "s3cr3t                  | 2:1 | it is not YAML: found unexpected end of stream
            a: b: s3cr3t                | 1:5 | it is not YAML: mapping values are not allowed here
            a:;\t- s3cr3t               | 2:1 | it is not YAML: found character
            a: 1;---;s3cr3t: 2          | 2:1 | expected one document, found the beginning of another (---)
            a: &x [1, *x]               | 1:4 | an alias stands inside of what it refers to
            a: &x {b: {c: *x}}          | 1:4 | an alias stands inside of what it refers to
            a: {<<: s3cr3t}             | 2:1 | it is not YAML: Expected mapping node or an anchor
            ? [s3cr3t];: 1              | 1:3 | expected a key that is a string
            a: @s3cr3t                  | 1:4 | it is not YAML: found character '@' that cannot start any token
            a: "\\ys3cr3t"              | 1:6 | it is not YAML: found unknown escape character y(121)
            """)
    void mistakesOfYaml(String lines, String place, @Nullable String reason) {
        DocumentException e = failure(lines.replace(';', '\n') + "\n", ConfigSyntax.YAML);

        assertThat(e.reason()).startsWith(reason == null ? "" : reason);
        assertThat(e.line() + ":" + e.column()).isEqualTo(place);
    }

    @Test
    void manyAliasesAreBounded() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 8; i++) {
            String alias = "*a" + (i - 1);
            text.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(9) + alias + "]\n");
        }

        assertThat(failure(text.toString(), ConfigSyntax.YAML).reason()).isEqualTo("it has more than 500000 values");
    }

    // -- limits

    @ParameterizedTest
    @EnumSource
    void depthIsBounded(ConfigSyntax syntax) {
        String key = syntax == ConfigSyntax.TOML ? "a = " : syntax == ConfigSyntax.YAML ? "a: " : "";
        int around = key.isEmpty() ? 0 : 1;
        String deepest = key + "[".repeat(100 - around) + "]".repeat(100 - around);

        assertThat(ConfigDocument.parse(deepest, syntax).root().isEmpty()).isFalse();
        assertThat(failure(key + "[".repeat(101 - around) + "]".repeat(101 - around), syntax)
                        .reason())
                .containsAnyOf("nested deeper than 100 levels", "nest");
        assertThat(failure(key + "[".repeat(1_000_000), syntax)).isNotNull();
    }

    @Test
    void valuesAreBounded() {
        assertThat(failure("[" + "1,".repeat(ConfigDocument.MAX_VALUES) + "1]", ConfigSyntax.JSON)
                        .reason())
                .isEqualTo("it has more than 500000 values");
    }

    @Test
    void sizeIsBounded() throws IOException {
        Path file = directory.resolve("a.json");
        byte[] bytes = " ".repeat(ConfigDocument.MAX_BYTES + 1).getBytes(StandardCharsets.US_ASCII);
        bytes[0] = '7';
        Files.write(file, bytes);
        Path largest = directory.resolve("b.json");
        Files.write(largest, Arrays.copyOf(bytes, ConfigDocument.MAX_BYTES));

        DocumentException e = catchThrowableOfType(DocumentException.class, () -> ConfigDocument.read(file));

        assertThat(e).hasMessage(file + ": it is larger than 16 MiB");
        assertThat(ConfigDocument.read(largest).root().intValue()).isEqualTo(7);
    }

    // -- files

    @ParameterizedTest
    @CsvSource({
        "a.json, JSON",
        ".mcp.JSON, JSON",
        "a.jsonc, JSON",
        "a.json5, JSON5",
        "config.toml, TOML",
        "a.yaml, YAML",
        "a.b.yml, YAML",
        "mcp,",
        "mcp.conf,",
        "json,JSON"
    })
    void theNameSaysTheSyntax(String name, @Nullable ConfigSyntax syntax) {
        assertThat(ConfigSyntax.of(Path.of("x", name))).isEqualTo(syntax);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a": 1}                | JSON5
            // c;{}                 | JSON5
            /* c */ {}              | JSON5
            [1, 2]                  | JSON5
            [{"a": 1}]              | JSON5
            [a]                     | TOML
            # c;;[a."b c".d] # e    | TOML
            [[ a.b ]]               | TOML
            a = 1                   | TOML
            "a b".c = 1             | TOML
            a: 1                    | YAML
            ---;a: 1                | YAML
            - a: b = c              | YAML
            # c                     | YAML
            url: http://x/?a=b      | YAML
            """)
    void theTextSaysTheSyntaxOtherwise(String lines, ConfigSyntax syntax) throws IOException {
        Path file = directory.resolve("config");
        Files.writeString(file, lines.replace(';', '\n'));

        assertThat(ConfigDocument.read(file).syntax()).isEqualTo(syntax);
    }

    @Test
    void aSyntaxMayBeForced() throws IOException {
        Path file = directory.resolve("a.json");
        Files.writeString(file, "a: 1");

        assertThat(ConfigDocument.read(file, ConfigSyntax.YAML).root()).isEqualTo(tree("{\"a\": 1}"));
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyTextIsNoMistake(ConfigSyntax syntax) {
        String comment = syntax == ConfigSyntax.TOML || syntax == ConfigSyntax.YAML ? "# c\n" : "// c\n";

        for (String text : List.of("", "\uFEFF", " \n", comment)) {
            assertThat(ConfigDocument.parse(text, syntax).isEmpty()).as(text).isTrue();
        }
    }

    @Test
    void filesThatAreNoText() throws IOException {
        Path missing = directory.resolve("none.toml");
        Path utf16 = directory.resolve("utf16.yaml");
        Files.write(utf16, "\uFEFFa: 1".getBytes(StandardCharsets.UTF_16LE));

        assertThat(catchThrowableOfType(DocumentException.class, () -> ConfigDocument.read(missing)))
                .hasMessage(missing + ": there is no such file");
        assertThat(catchThrowableOfType(DocumentException.class, () -> ConfigDocument.read(directory)))
                .hasMessage(directory + ": it cannot be read: it is a directory");
        assertThat(catchThrowableOfType(DocumentException.class, () -> ConfigDocument.read(utf16)))
                .hasMessage(utf16 + ": it is not UTF-8 text but UTF-16; save it as UTF-8");
    }

    @Test
    void aMistakeNamesTheFile() throws IOException {
        Path file = directory.resolve("a.yaml");
        Files.writeString(file, "a: 1\nb: c: d\n");

        assertThat(catchThrowableOfType(DocumentException.class, () -> ConfigDocument.read(file)))
                .hasMessage(file + ", line 2, column 5: it is not YAML: mapping values are not allowed here");
    }

    @Test
    void namesNoContentInToString() {
        assertThat(json("{\"a\": \"s3cr3t\"}").toString()).isEqualTo("ConfigDocument[JSON, 15 characters]");
    }
}
