package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.HostileServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveScreenTest {

    private static final ScreenSize SIZE = new ScreenSize(20, 3);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LiveScreen screen = new LiveScreen(out, true);

    /** What was written since the last call, with visible escapes. */
    private String written() {
        String text = out.toString(StandardCharsets.UTF_8).replace("\033", "^");
        out.reset();
        return text;
    }

    @Test
    void writesOnlyWhatHasChanged() {
        assertThat(screen.draw(List.of(TableLine.of("a"), TableLine.of("b")), SIZE))
                .isTrue();
        assertThat(written()).isEqualTo("^[?1049h^[?25l^[?7l^[2J^[1;1H^[Ka^[2;1H^[Kb");

        assertThat(screen.draw(List.of(TableLine.of("a"), TableLine.of("b")), SIZE))
                .isFalse();
        assertThat(written()).isEmpty();

        assertThat(screen.draw(List.of(TableLine.of("a"), TableLine.of("c")), SIZE))
                .isTrue();
        assertThat(written()).isEqualTo("^[2;1H^[Kc");

        assertThat(screen.draw(List.of(TableLine.of("a")), SIZE)).isTrue();
        assertThat(written()).isEqualTo("^[2;1H^[K");
    }

    @Test
    void anotherSizeIsDrawnAnew() {
        screen.draw(List.of(TableLine.of("a")), SIZE);
        written();

        assertThat(screen.draw(List.of(TableLine.of("a")), new ScreenSize(21, 3)))
                .isTrue();
        assertThat(written()).isEqualTo("^[2J^[1;1H^[Ka");
    }

    @Test
    void stylesNeedColours() {
        TableLine line = TableLine.of("a", TableLine.Style.GOOD).with("b", TableLine.Style.PLAIN);
        screen.draw(List.of(line), SIZE);
        assertThat(written()).endsWith("^[K^[32ma^[0mb");

        new LiveScreen(out, false).draw(List.of(line), SIZE);
        assertThat(written()).endsWith("^[Kab").doesNotContain("^[32m", "^[0m");
    }

    @Test
    void textCannotControlTheTerminal() {
        screen.draw(List.of(TableLine.of(HostileServer.WORDS, TableLine.Style.BAD)), SIZE);

        assertThat(written().replaceFirst("^.*?\\^\\[31m", "").replaceFirst("\\^\\[0m$", ""))
                .doesNotContain("^", "\u009b", "\u202e", "\n", "\r", "\u0007")
                .contains("\\u001b]0;owned");
    }

    @Test
    void closingRestoresTheTerminalOnce() {
        screen.draw(List.of(TableLine.of("a")), SIZE);
        written();

        screen.close();
        screen.close();
        assertThat(written()).isEqualTo("^[0m^[?7h^[?25h^[?1049l");
        assertThat(screen.draw(List.of(TableLine.of("b")), SIZE)).isFalse();
        assertThat(written()).isEmpty();
    }

    @Test
    void unusedScreenLeavesTheTerminalAlone() {
        screen.close();

        assertThat(written()).isEmpty();
    }

    @Test
    void lostTerminalIsAnOutputError() {
        LiveScreen lost = new LiveScreen(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("gone");
                    }
                },
                true);

        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> lost.draw(List.of(TableLine.of("a")), SIZE))
                .withMessageContaining("gone");
        lost.close();
    }
}
