package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemBrowserTest {

    private static final URI PAGE = URI.create("https://as.example/authorize?a=b&c=$(id)");

    @TempDir
    private Path dir;

    private Path pipe(String name) throws Exception {
        Path pipe = dir.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the browser is a shell script")
    void programOutlivesTheLogin() throws Exception {
        Path go = pipe("go");
        Path shown = pipe("shown");
        String script = "cat \"$0\" && printf %s \"$2\" > \"$1\"";
        new SystemBrowser(List.of("sh", "-c", script, go.toString(), shown.toString()))
                .open(PAGE)
                .block(OAuthHost.LIMIT);
        // it is still running
        Files.writeString(go, "go");
        assertThat(Files.readString(shown)).isEqualTo(PAGE.toString());
    }

    @Test
    void missingProgramIsAnError() {
        assertThatThrownBy(() -> new SystemBrowser(List.of(dir.resolve("none").toString()))
                        .open(PAGE)
                        .block(OAuthHost.LIMIT))
                .hasCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "javascript:alert(1)", "vscode://open", "/relative"})
    void otherAddressesAreNotOpened(URI page) {
        assertThatThrownBy(() -> Browser.ofSystem().open(page).block(OAuthHost.LIMIT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"Linux, xdg-open", "Mac OS X, open", "Windows 11, rundll32"})
    void everySystemHasItsProgram(String system, String program) {
        assertThat(SystemBrowser.of(system).toString()).contains(program);
    }
}
