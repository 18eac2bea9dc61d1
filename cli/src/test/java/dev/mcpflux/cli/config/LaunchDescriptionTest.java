package dev.mcpflux.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchDescriptionTest {

    @Test
    void commandsAreShownWithoutSecrets() {
        ServerDefinition server = ServerDefinition.stdio(
                        "a",
                        "npx",
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
                .withEnvironment(Map.of("KEY", Template.literal("jkl-mno")));

        assertThat(LaunchDescription.describe(server))
                .isEqualTo("npx -y server --api-key=… --token … 'a b' PASSWORD=… --dir /tmp jkl-mno");
    }

    @Test
    void addressesAreShownAsOrigins() {
        assertThat(LaunchDescription.describe(ServerDefinition.http("a", "https://example.org/mcp?key=abc")))
                .isEqualTo("https://example.org");
    }
}
