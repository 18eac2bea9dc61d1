package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class InstallOptionsTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void dataDirectoryFollowsTheEnvironment() {
        Path home = Path.of(System.getProperty("user.home"));
        assertThat(InstallOptions.dataDirectory(Map.of("XDG_DATA_HOME", "/data")))
                .isEqualTo(Path.of("/data/mcpflux"));
        assertThat(InstallOptions.dataDirectory(Map.of("XDG_DATA_HOME", "relative")))
                .isEqualTo(home.resolve(".local/share/mcpflux"));
        assertThat(InstallOptions.dataDirectory(Map.of())).isEqualTo(home.resolve(".local/share/mcpflux"));
    }

    @Test
    void secretsAreNotShown() {
        InstallOptions options = InstallOptions.builder()
                .environment(Map.of("KEY", "secret"))
                .headers(Map.of("Authorization", "secret"))
                .registry(URI.create("https://user:secret@registry.example/x?key=secret"))
                .build();
        assertThat(options.toString())
                .contains("[KEY]", "[Authorization]", "https://registry.example,")
                .doesNotContain("secret");
    }
}
