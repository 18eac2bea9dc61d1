package dev.mcpflux.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoffTest {

    private static String body(Roff roff) {
        return roff.toString().replaceFirst("(?s).*\\.ad l\n", "");
    }

    private static Roff page() {
        return new Roff("a-b", "2026-11-01", "a 1.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
            one-two --from x            | one-two \\-\\-from x
            (-c FILE)                   | (\\-c FILE)
            a \\ b                      | a \\e b
            "it's" `x`                  | \\(dqit\\(aqs\\(dq \\(gax\\(ga
            ~/x^2                       | \\(ti/x\\(ha2
            18 °C 🌧                     | 18 \\[u00B0]C \\[u1F327]
            """)
    void textIsWhatAReaderSees(String text, String written) {
        assertThat(Roff.text(text)).isEqualTo(written);
    }

    @Test
    void noTextIsARequest() {
        assertThat(body(page().example(List.of(".so /etc/passwd", "'so x", "  \\fB"))))
                .isEqualTo("""
                .RS 4
                .EX
                \\&.so /etc/passwd
                \\(aqso x
                  \\efB
                .EE
                .RE
                """);
        assertThat(body(page().paragraph(".so x"))).isEqualTo(".PP\n\\&.so x\n");
    }

    @Test
    void longProseIsBrokenBetweenWords() {
        String page = body(page().paragraph("word ".repeat(40) + ". .x"));

        assertThat(page.lines()).hasSizeGreaterThan(2).allMatch(line -> line.length() <= 80);
        assertThat(page.replace("\n", " ")).contains("word ".repeat(40));
    }

    @Test
    void footerIsTakenApart() {
        assertThat(HelpFooter.sections(new String[] {"", "Forms:", "  a  b", "More. Of it:", "", "Examples:", "  x"}))
                .containsExactly(
                        new HelpFooter.Section(
                                "Forms",
                                List.of(
                                        new HelpFooter.Block(true, List.of("a  b")),
                                        new HelpFooter.Block(false, List.of("More. Of it:")))),
                        new HelpFooter.Section("Examples", List.of(new HelpFooter.Block(true, List.of("x")))));
        assertThat(HelpFooter.sections(new String[] {"x"}).get(0).title()).isEqualTo("Notes");
    }
}
