package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.HostileServer;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

class YamlTextTest {

    private static Object read(String yaml) {
        return new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    @Test
    void documentsAreReadable() {
        JsonNode document =
                McpJson.mapper().readTree("""
                [{"name": "a", "n": 1, "x": 1.5, "on": true, "none": null, "list": ["p", {"q": []}], "empty": {},
                  "text": "one\\ntwo\\n", "version": "1.0", "yes": "no", "long": "%s"}]""".formatted("word ".repeat(40).strip()));

        assertThat(YamlText.of(document))
                .isEqualTo("""
                - name: a
                  'n': 1
                  x: 1.5
                  'on': true
                  none: null
                  list:
                  - p
                  - q: []
                  empty: {}
                  text: |
                    one
                    two
                  version: '1.0'
                  'yes': 'no'
                  long: %s
                """.formatted("word ".repeat(40).strip()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HostileServer.WORDS,
                "\u202eabc",
                "a: b # c",
                "- x",
                " leading\n  and more\n",
                "trailing \n",
                "\n\nx",
                "'\"\\",
                "😀 日本",
                "y",
                "0x1F",
                "12e3",
                "null",
                "~",
                "",
                "\t",
                "a\u0085b",
                "---",
                "tag\udb40\udc41"
            })
    void programsReadTheSameText(String text) {
        JsonNode document = McpJson.mapper().valueToTree(List.of(text));

        String yaml = YamlText.of(document);

        assertThat(read(yaml)).isEqualTo(List.of(text));
        assertThat(yaml).isEqualTo(SafeText.text(yaml));
    }
}
