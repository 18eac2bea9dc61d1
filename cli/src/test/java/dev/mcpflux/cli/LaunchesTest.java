package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchesTest {

    @Test
    void commandsAreShownWithoutSecrets() {
        StdioTransport transport = StdioTransport.builder("a", "npx")
                .arguments(
                        "-y",
                        "server",
                        "--api-key=abc",
                        "--token",
                        "def",
                        "a b",
                        "PASSWORD=ghi",
                        "--dir",
                        "/tmp",
                        "jkl-mno")
                .environment(Map.of("KEY", "jkl-mno"))
                .build();

        assertThat(Launches.describe(transport))
                .isEqualTo("npx -y server --api-key=… --token … 'a b' PASSWORD=… --dir /tmp '${KEY}'");
    }

    @Test
    void addressesAreShownAsOrigins() {
        assertThat(Launches.describe(HttpTransport.builder("a", "https://example.org/mcp?key=abc")
                        .build()))
                .isEqualTo("https://example.org");
    }
}
