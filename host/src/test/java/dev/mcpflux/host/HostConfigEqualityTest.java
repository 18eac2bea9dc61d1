package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two configurations can be compared, and neither shows what makes them different if that is a secret. */
class HostConfigEqualityTest {

    private static final String FILE = """
            {"mcpServers": {
              "process": {"command": "npx", "args": ["--key", "s3cr3t"], "env": {"TOKEN": "s3cr3t"}, "timeout": "5s"},
              "remote": {"url": "https://example.org/mcp?key=s3cr3t", "headers": {"Authorization": "Bearer s3cr3t"}},
              "variable": {"url": "https://${UNSET_HOST}/s3cr3t", "headers": {"X": "${UNSET_TOKEN}"}},
              "off": {"command": "c", "args": ["s3cr3t"], "disabled": true},
              "wrong": {"command": 7, "env": {"TOKEN": "s3cr3t"}}
            }}
            """;

    @TempDir
    private Path directory;

    private HostConfig load(String text) {
        Path file = directory.resolve("mcp.json");
        try {
            return HostConfig.load(Files.writeString(file, text));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theSameFileTwiceIsEqual() {
        HostConfig config = load(FILE);

        assertThat(load(FILE)).isEqualTo(config).hasSameHashCodeAs(config);
    }

    @Test
    void warningsDoNotMakeItUnequal() {
        HostConfig config = load(FILE);

        assertThat(config.mutate().warning("odd").build()).isEqualTo(config).hasSameHashCodeAs(config);
    }

    @Test
    void anotherHeaderMakesItUnequal() {
        HostConfig config = load(FILE);
        HostConfig changed = load(FILE.replace("Bearer s3cr3t", "Bearer other-s3cr3t"));

        assertThat(changed).isNotEqualTo(config);
        assertThat(changed.servers()).isNotEqualTo(config.servers());
        assertThat(changed.servers().get(1)).isNotEqualTo(config.servers().get(1));
        assertThat(changed.servers().get(0)).isEqualTo(config.servers().get(0));
        assertThat(config + " " + changed).doesNotContain("s3cr3t");
    }

    @Test
    void anotherPartMakesItUnequal() {
        HostConfig config = load(FILE);

        for (String[] change : new String[][] {
            {"npx", "uvx"},
            {"\"--key\"", "\"--other\""},
            {"\"TOKEN\"", "\"OTHER\""},
            {"5s", "6s"},
            {"UNSET_HOST", "HOST"}
        }) {
            assertThat(load(FILE.replace(change[0], change[1])).servers())
                    .as(change[0])
                    .isNotEqualTo(config.servers());
        }
    }

    @Test
    void whereAServerStandsDoesNotCount() {
        assertThat(load("// moved by a line\n" + FILE).servers().subList(0, 4))
                .isEqualTo(load(FILE).servers().subList(0, 4));
    }

    @Test
    void whatIsSwitchedOffStaysADefinition() {
        ServerDefinition off = load(FILE).servers().get(3);

        assertThat(off).isInstanceOf(ServerDefinition.Stdio.class);
        assertThat(off.options().disabled()).contains("\"disabled\"", "line 5");
    }
}
