package dev.mcpflux.host.config.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DocumentEditorTest {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final String SERVER = """
            {"command": "npx", "args": ["-y", "server"], "env": {"K": "v"}, "disabled": false}""";

    private static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    private static DocumentEditor json(String text) {
        return DocumentEditor.of(text, ConfigSyntax.JSON);
    }

    private static DocumentEditor toml(String text) {
        return DocumentEditor.of(text, ConfigSyntax.TOML);
    }

    private static DocumentEditor yaml(String text) {
        return DocumentEditor.of(text, ConfigSyntax.YAML);
    }

    private static List<String> path(String path) {
        return List.of(path.split("/"));
    }

    // -- JSON

    @Test
    void addsAServerToJson() {
        assertThat(json("""
                        {
                            // mine
                            "mcpServers": {
                                "a": {"command": "a"} // first
                                // "old": {}
                            },
                            "z": 1.10
                        }
                        """).put(path("mcpServers/b"), tree(SERVER)).text()).isEqualTo("""
                        {
                            // mine
                            "mcpServers": {
                                "a": {"command": "a"}, // first
                                "b": {
                                    "command": "npx",
                                    "args": ["-y", "server"],
                                    "env": {
                                        "K": "v"
                                    },
                                    "disabled": false
                                }
                                // "old": {}
                            },
                            "z": 1.10
                        }
                        """);
    }

    @Test
    void startsAJsonFile() {
        assertThat(json("").put(path("mcpServers/b"), tree("{\"command\": \"b\"}"))
                        .text())
                .isEqualTo("""
                        {
                          "mcpServers": {
                            "b": {
                              "command": "b"
                            }
                          }
                        }
                        """);
        assertThat(json("{}").put(path("a/b"), tree("1")).text()).isEqualTo("{\n  \"a\": {\n    \"b\": 1\n  }\n}");
        assertThat(json("{\"a\": {}}").put(path("a/b"), tree("1")).text()).isEqualTo("{\"a\": {\"b\": 1}}");
        assertThat(json("// c").put(path("a"), tree("1")).text()).isEqualTo("// c\n{\n  \"a\": 1\n}\n");
    }

    @Test
    void keepsTheStyleOfJson() {
        assertThat(json("\uFEFF{\r\n\t\"s\": {\r\n\t\t\"a\": {},\r\n\t},\r\n}")
                        .put(path("s/b"), tree("{\"c\": [1, {}]}"))
                        .text())
                .isEqualTo("\uFEFF{\r\n\t\"s\": {\r\n\t\t\"a\": {},\r\n\t\t\"b\": {\r\n\t\t\t\"c\": [\r\n\t\t\t\t1,\r\n"
                        + "\t\t\t\t{}\r\n\t\t\t]\r\n\t\t},\r\n\t},\r\n}");
        assertThat(json("{\"s\": {\"a\": {}}}")
                        .put(path("s/b"), tree("{\"c\": 1}"))
                        .text())
                .isEqualTo("{\"s\": {\"a\": {}, \"b\": {\"c\": 1}}}");
        assertThat(json("{\"a\": 1, /* x */}").put(path("b"), tree("2")).text())
                .isEqualTo("{\"a\": 1, \"b\": 2, /* x */}");
        assertThat(DocumentEditor.of("{a: 1}", ConfigSyntax.JSON5)
                        .put(path("b"), tree("2"))
                        .put(path("c d"), tree("2"))
                        .text())
                .isEqualTo("{a: 1, b: 2, \"c d\": 2}");
    }

    @Test
    void changesSingleMembersOfJson() {
        DocumentEditor editor = json("""
                {"mcpServers": {
                  "a": {
                    "command": "a", // why
                    /* x */ "args": [
                      "1" // one
                    ]
                  }
                }}
                """);

        assertThat(editor.set(path("mcpServers/a/disabled"), tree("true")).text())
                .isEqualTo("""
                {"mcpServers": {
                  "a": {
                    "command": "a", // why
                    /* x */ "args": [
                      "1" // one
                    ], "disabled": true
                  }
                }}
                """);
        assertThat(editor.put(path("mcpServers/a"), tree("{\"command\": \"b\", \"args\": [\"1\"], \"n\": null}"))
                        .text())
                .contains("\"command\": \"b\", // why\n", "\"1\" // one\n", "\"n\": null");
        assertThat(editor.put(path("mcpServers/a/args"), tree("[\"2\", \"3\"]")).text())
                .contains("/* x */ \"args\": [\n      \"2\",\n      \"3\"\n    ]\n");
    }

    @Test
    void removesFromJson() {
        DocumentEditor editor = json("""
                {
                  // all
                  "s": {
                    // of a

                    /* of a:
                       the first */
                    // too
                    "a": 1, // one
                    // of b
                    "b": 2,
                    "c": 3 // last
                    // end
                  }, "x": 1, "y": [1, 2]
                }
                """);

        assertThat(editor.remove(path("s/a")).text()).contains("""
                    // of a

                    // of b
                    "b": 2,
                """);
        assertThat(editor.remove(path("s/b")).text()).contains("""
                    "a": 1, // one
                    "c": 3 // last
                """);
        assertThat(editor.remove(path("s/c")).text()).contains("""
                    "b": 2
                    // end
                  }, "x": 1
                """.stripTrailing());
        assertThat(editor.remove(path("x")).text()).contains("  }, \"y\": [1, 2]\n}");
        assertThat(editor.remove(path("y")).text()).contains("  }, \"x\": 1\n}");
        assertThat(editor.remove(path("s")).text()).isEqualTo("{\n  // all\n  \"x\": 1, \"y\": [1, 2]\n}\n");
        assertThat(editor.remove(path("y/0")).text()).contains("\"y\": [2]");
        assertThat(editor.remove(path("y/1")).text()).contains("\"y\": [1]");
        assertThat(editor.remove(path("none/x"))).isSameAs(editor);
    }

    // -- TOML

    private static final String CODEX = """
            # codex
            model = "m" # best

            [mcp_servers.a]
            command = "a"
            args = [
              "1", # one
            ]
            version = 1.10

            [mcp_servers.a.env]
            K = 'v'

            # the end
            [other]
            x = 1
            """;

    @Test
    void addsAServerToToml() {
        assertThat(toml(CODEX).put(path("mcp_servers/b"), tree(SERVER)).text())
                .isEqualTo(CODEX.replace("K = 'v'\n", """
                        K = 'v'

                        [mcp_servers.b]
                        command = "npx"
                        args = ["-y", "server"]
                        env = { K = "v" }
                        disabled = false
                        """));
        assertThat(toml("model = 1")
                        .put(path("mcp_servers/b c"), tree("{\"command\": \"b\"}"))
                        .text())
                .isEqualTo("model = 1\n\n[mcp_servers.\"b c\"]\ncommand = \"b\"\n");
        assertThat(toml("").put(path("a/b"), tree("{\"c\": \"d\"}")).text()).isEqualTo("[a.b]\nc = \"d\"\n");
        assertThat(toml("[x]\na.b.c = 1\nd = 2\n")
                        .put(path("x/a/b/e"), tree("{\"f\": 2}"))
                        .text())
                .isEqualTo("[x]\na.b.c = 1\nd = 2\n\n[x.a.b.e]\nf = 2\n");
        assertThat(toml("[x]\na.b.c = 1\nd = 2\n")
                        .put(path("x/a/b/e"), tree("2"))
                        .text())
                .isEqualTo("[x]\na.b.c = 1\na.b.e = 2\nd = 2\n");
        assertThat(toml("[s]\n# none\n\n[t]\n")
                        .put(path("s/b"), tree("{\"x\": 2}"))
                        .text())
                .isEqualTo("[s]\n# none\n\n[s.b]\nx = 2\n\n[t]\n");
        assertThat(toml("[s]\na = {x = 1}\n")
                        .put(path("s/b"), tree("{\"x\": 2}"))
                        .text())
                .isEqualTo("[s]\na = {x = 1}\nb = { x = 2 }\n");
    }

    @Test
    void changesSingleMembersOfToml() {
        DocumentEditor editor = toml(CODEX);

        assertThat(editor.set(path("mcp_servers/a/enabled"), tree("false")).text())
                .isEqualTo(CODEX.replace("version = 1.10\n", "version = 1.10\nenabled = false\n"));
        assertThat(editor.set(path("model"), tree("\"é\\\"\"")).text())
                .isEqualTo(CODEX.replace("\"m\" # best", "\"é\\\"\" # best"));
        assertThat(editor.set(path("new"), tree("1")).text()).isEqualTo(CODEX.replace("# best\n", "# best\nnew = 1\n"));
        assertThat(editor.put(path("mcp_servers/a/args"), tree("[\"2\"]")).text())
                .isEqualTo(CODEX.replace("\"1\", # one", "\"2\","));
        assertThat(editor.set(path("mcp_servers/z"), tree("1")).text())
                .isEqualTo(CODEX.replace("K = 'v'\n", "K = 'v'\n\n[mcp_servers]\nz = 1\n"));
    }

    @Test
    void removesFromToml() {
        DocumentEditor editor = toml(CODEX);

        assertThat(editor.remove(path("mcp_servers/a")).text()).isEqualTo("""
                # codex
                model = "m" # best

                # the end
                [other]
                x = 1
                """);
        assertThat(editor.remove(path("mcp_servers/a/args/0")).text()).isEqualTo(CODEX.replace("  \"1\", # one\n", ""));
        assertThat(editor.remove(path("other")).text()).isEqualTo(CODEX.replace("\n# the end\n[other]\nx = 1\n", ""));
        assertThat(editor.remove(path("model")).text())
                .isEqualTo(CODEX.replace("# codex\nmodel = \"m\" # best\n\n", ""));
        assertThat(editor.put(path("mcp_servers/b"), tree(SERVER))
                        .remove(path("mcp_servers/b"))
                        .text())
                .isEqualTo(CODEX);
    }

    @Test
    void listsOfToml() {
        DocumentEditor editor = toml("""
                [[mcp_servers]]
                name = "a"
                # second
                [[mcp_servers]]
                name = "b" # b
                [mcp_servers.env]
                K = "v"
                """);
        ObjectNode value = (ObjectNode) tree("{\"command\": \"c\"}");

        assertThat(editor.putInList(path("mcp_servers"), "name", "c", value).text())
                .isEqualTo(editor.text() + "\n[[mcp_servers]]\nname = \"c\"\ncommand = \"c\"\n");
        assertThat(editor.putInList(path("mcp_servers"), "name", "a", value).text())
                .isEqualTo(editor.text().replace("\"a\"\n", "\"a\"\ncommand = \"c\"\n"));
        assertThat(editor.removeFromList(path("mcp_servers"), "name", "b").text())
                .isEqualTo("[[mcp_servers]]\nname = \"a\"\n");
        assertThat(toml("").putInList(path("x/y"), "name", "c", value).text())
                .isEqualTo("[[x.y]]\nname = \"c\"\ncommand = \"c\"\n");
    }

    // -- YAML

    private static final String GOOSE = """
            # goose
            model: m # best
            extensions:
              # first
              a:
                cmd: a
                args:
                  - -y # yes

                version: 1.10

              # second
              b: {cmd: b, v: 1.10} # flow

            # the end
            z: |
              text

            """;

    @Test
    void addsAServerToYaml() {
        assertThat(yaml(GOOSE).put(path("extensions/c"), tree(SERVER)).text())
                .isEqualTo(GOOSE.replace("# flow\n", """
                        # flow
                          c:
                            command: npx
                            args:
                              - "-y"
                              - server
                            env:
                              K: v
                            disabled: false
                        """));
        assertThat(yaml("").put(path("a/b"), tree("{\"c\": \"yes\"}")).text()).isEqualTo("a:\n  b:\n    c: \"yes\"\n");
        assertThat(yaml("a: {}\n").put(path("a/b"), tree("{\"c\": 1}")).text()).isEqualTo("a:\n  b:\n    c: 1\n");
        assertThat(yaml("a: # none\nb: 1\n").put(path("a/b"), tree("1")).text()).isEqualTo("a: # none\n  b: 1\nb: 1\n");
        assertThat(yaml("a: {}  # none\nb: 1").put(path("a/b"), tree("1")).text())
                .isEqualTo("a:  # none\n  b: 1\nb: 1");
        assertThat(yaml("l:\n  - a: 1\n    # of a\n  # end\n")
                        .put(path("l"), tree("[{\"a\": 1}]"))
                        .text())
                .isEqualTo("l:\n  - a: 1\n    # of a\n  # end\n");
        assertThat(yaml("l:\n  - name: x\n    # of x\n  # end\n")
                        .putInList(path("l"), "name", "z", (ObjectNode) tree("{}"))
                        .text())
                .isEqualTo("l:\n  - name: x\n    # of x\n  - name: z\n  # end\n");
        assertThat(yaml("---\na: 1\n...\n").put(path("b"), tree("2")).text()).isEqualTo("---\na: 1\nb: 2\n...\n");
    }

    @Test
    void changesSingleMembersOfYaml() {
        DocumentEditor editor = yaml(GOOSE);

        assertThat(editor.set(path("extensions/a/enabled"), tree("false")).text())
                .isEqualTo(GOOSE.replace("version: 1.10\n", "version: 1.10\n    enabled: false\n"));
        assertThat(editor.set(path("model"), tree("\"a: b\"")).text()).isEqualTo(GOOSE.replace("m #", "\"a: b\" #"));
        assertThat(editor.set(path("z"), tree("\"x\"")).text()).isEqualTo(GOOSE.replace("|\n  text", "x"));
        assertThat(editor.set(path("extensions/b/cmd"), tree("\"x\"")).text())
                .isEqualTo(GOOSE.replace("{cmd: b,", "{cmd: x,"));
        assertThat(editor.put(path("extensions/a/args"), tree("[\"x\", \"z\"]")).text())
                .isEqualTo(GOOSE.replace("- -y # yes", "- x\n      - z # yes"));
        assertThat(editor.put(path("end"), tree("1")).text()).isEqualTo(GOOSE + "end: 1\n");
    }

    @Test
    void removesFromYaml() {
        DocumentEditor editor = yaml(GOOSE);

        assertThat(editor.remove(path("extensions/a")).text()).contains("""
                extensions:

                  # second
                  b:""");
        assertThat(editor.remove(path("extensions/b")).text())
                .isEqualTo(GOOSE.replace("  # second\n  b: {cmd: b, v: 1.10} # flow\n", ""));
        assertThat(editor.remove(path("extensions/a/args")).text())
                .isEqualTo(GOOSE.replace("    args:\n      - -y # yes\n", ""));
        assertThat(editor.remove(path("extensions/a/args/0")).text())
                .isEqualTo(GOOSE.replace("args:\n      - -y # yes\n", "args: []\n"));
        assertThat(editor.remove(path("extensions/a"))
                        .remove(path("extensions/b"))
                        .text())
                .contains("extensions: {}\n");
    }

    @Test
    void listsOfYaml() {
        DocumentEditor editor = yaml("""
                mcpServers:
                - name: a
                  command: a
                # second
                - name: b
                  args: []
                """);
        ObjectNode value = (ObjectNode) tree("{\"command\": \"c\"}");

        assertThat(editor.putInList(path("mcpServers"), "name", "c", value).text())
                .isEqualTo(editor.text() + "- name: c\n  command: c\n");
        assertThat(editor.removeFromList(path("mcpServers"), "name", "b").text())
                .isEqualTo("mcpServers:\n- name: a\n  command: a\n");
        assertThat(editor.removeFromList(path("mcpServers"), "name", "a").text())
                .isEqualTo("mcpServers:\n# second\n- name: b\n  args: []\n");
        assertThat(editor.remove(path("mcpServers/0/name")).text()).startsWith("mcpServers:\n- command: a\n");
    }

    // -- what is refused

    private static DocumentEditException refused(DocumentEditor editor, String path, String value) {
        DocumentEditException e =
                catchThrowableOfType(DocumentEditException.class, () -> editor.put(path(path), tree(value)));
        assertThat(e).as(editor.text()).isNotNull();
        return e;
    }

    @Test
    void whatWouldChangeSomethingElseIsRefused() {
        DocumentEditException e = refused(yaml("a: &a\n  x: 1\nb: *a\n"), "a/z", "{\"token\": \"s3cr3t\"}");

        assertThat(e).hasMessage("/a/z cannot be changed safely: something else would change; change it by hand");
        assertThat(e.textToPaste()).isEqualTo("a:\n  z:\n    token: s3cr3t");
        refused(yaml("base: &b {x: 1}\na:\n  <<: *b\n"), "a/x", "2");
    }

    @Test
    void whatTheSyntaxCannotExpressIsRefused() {
        assertThat(refused(toml("a = {b.c = 1}\n"), "a/b/c", "2").textToPaste()).isEqualTo("[a.b]\nc = 2");
        assertThat(refused(toml("a = 1\n"), "b", "null").textToPaste()).isNull();
        assertThat(refused(json("{\"a\": 1}"), "a/b", "1").reason()).contains("expected an object at /a");
        assertThat(refused(json("[1]"), "a", "1").reason()).contains("expected an object as the document");
        assertThat(refused(json("{\"a\": 1, \"a\": 2}"), "a", "3").reason()).contains("a key is given twice");
    }
}
