package dev.mcpflux.transport.stdio.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCommandTest {

    private static final String NPX = "C:\\Program Files\\nodejs\\npx.cmd";

    @Test
    void eachArgumentStandsInQuotes() throws IOException {
        assertThat(BatchCommand.line(
                        "C:\\Windows", NPX, List.of("-y", "a b", "x&calc", "<in>|^y!z!", "(1)", "", "C:\\d\\")))
                .containsExactly(
                        "C:\\Windows\\System32\\cmd.exe",
                        "/d",
                        "/e:on",
                        "/v:off",
                        "/s",
                        "/c",
                        "\"\"" + NPX + "\" \"-y\" \"a b\" \"x&calc\" \"<in>|^y!z!\" \"(1)\" \"\" \"C:\\d\\\\\"\"");
    }

    /** Whatever is passed on, no character with a meaning stands outside of quotes. */
    @Test
    void nothingStandsOutsideOfQuotes() throws IOException {
        String line = BatchCommand.line("C:\\Windows", NPX, List.of("\\", "a\\\\", "&", "^", "a ^& b"))
                .get(6);
        String outside = line.substring(1, line.length() - 1).replaceAll("\"[^\"]*\"", "");
        assertThat(outside).isBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"&calc", "a\"", "%CMDCMDLINE:~-1%&calc", "100%", "a\nb", "a\rb", "a\0b", "a\u001ab"})
    void refusesWhatQuotesDoNotHold(String argument) {
        assertThatIOException()
                .isThrownBy(() -> BatchCommand.line("C:\\Windows", NPX, List.of("ok", argument)))
                .withMessageStartingWith("its argument 2 holds a")
                .withMessageContaining("node with the path of npx-cli.js")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(argument));
    }

    @Test
    void refusesPathsAndLinesThatAreNotSafe() {
        assertThatIOException()
                .isThrownBy(() -> BatchCommand.line("C:\\Windows", "C:\\100%\\x.cmd", List.of()))
                .withMessageContaining("the path of its script");
        assertThatIOException()
                .isThrownBy(() -> BatchCommand.line("C:\\Windows", NPX, List.of("x".repeat(9000))))
                .withMessageContaining("longer than cmd.exe reads");
    }
}
