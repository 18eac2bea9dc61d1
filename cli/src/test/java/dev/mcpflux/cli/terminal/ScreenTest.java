package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final StringWriter shown = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(shown, true));

    @Test
    void linesAreWrittenAtOnce() {
        screen.line("a");

        assertThat(shown.toString()).isEqualToNormalizingNewlines("a\n");
    }

    @Test
    void aNoteStandsAboveTheBar() {
        screen.bar("10%");
        screen.line("a note");
        screen.bar("20%");
        screen.barDone();
        screen.line("another");

        assertThat(shown.toString().replace("\033[K", "|").replace("\r\n", "\n"))
                .isEqualTo("\r10%|\r|a note\n\r10%|\r20%|\nanother\n");
    }

    @Test
    void waitingNotesAreBounded() {
        screen.asking();
        for (int i = 0; i < 1500; i++) {
            screen.line("line " + i);
        }
        assertThat(shown.toString()).doesNotContain("line");
        screen.answered();

        assertThat(shown.toString())
                .contains("500 earlier lines are left out", "line 500", "line 1499")
                .doesNotContain("line 499\n");
    }

    @Test
    void heldNotesAreShownElsewhereAndPrintedLater() {
        List<String> elsewhere = new ArrayList<>();
        screen.hold(elsewhere::add);
        screen.line("a note");
        assertThat(shown.toString()).isEmpty();
        assertThat(elsewhere).containsExactly("a note");

        screen.release();
        screen.release();
        screen.line("another");
        assertThat(shown.toString()).isEqualToNormalizingNewlines("a note\nanother\n");
        assertThat(elsewhere).hasSize(1);
    }

    @Test
    void noteIsSanitizedAndIndented() {
        screen.line("mcpflux: server 'a': \033[2J\u009b1m\u202ex\nmcpflux: server 'b' is gone\n");
        screen.bar("10% \033[A\n");

        assertThat(shown.toString().replace("\033[K", "|"))
                .isEqualToNormalizingNewlines("mcpflux: server 'a': \\u001b[2J\\u009b1m\\u202ex\n"
                        + "  mcpflux: server 'b' is gone\n\r10% \\u001b[A |");
    }

    @Test
    void aNoteIsBounded() {
        screen.line("x".repeat(1 << 20));

        assertThat(shown.toString()).hasSizeLessThan(20_000).contains("…");
    }
}
