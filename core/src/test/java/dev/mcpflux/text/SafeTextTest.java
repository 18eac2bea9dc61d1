package dev.mcpflux.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

    private static final Pattern NAMED = Pattern.compile("<([0-9a-f]+)>");

    /** A code point by its number in angle brackets. */
    private static String named(String text) {
        return NAMED.matcher(text)
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(new StringBuilder()
                        .appendCodePoint(Integer.parseInt(match.group(1), 16))
                        .toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a<1b>[2Jb | a#001b[2Jb
            <1b>]0;title<7>x | #001b]0;title#0007x
            <1b>P1$r<1b>\\x | #001bP1$r#001b\\x
            <9b>31mred | #009b31mred
            <9d>0;t<9c> | #009d0;t#009c
            <90>q<9c> | #0090q#009c
            a<0>b<8>c | a#0000b#0008c
            a<7f>b<85>c | a#007fb#0085c
            a<b>b<c>c | a#000bb#000cc
            a<d>b | a#000db
            a<202e>b<2066>c<2069> | a#202eb#2066c#2069
            a<200e>b<200f>c<61c>d | a#200eb#200fc#061cd
            a<2028>b<2029>c | a#2028b#2029c
            a<200b>b<2060>c<feff>d | a#200bb#2060c#feffd
            a<ad>b<180e>c | a#00adb#180ec
            a<d800>b<dc00> | a#d800b#dc00
            a<e0041>b | a#{e0041}b
            a<fe0f>b<fe0f> | a#fe0fb#fe0f
            x<1f600><fe0f><fe01> | x<1f600><fe0f>#fe01
            a<e0100>b | a#{e0100}b
            p<200d>a<200c>y | p#200da#200cy
            a<3164>b<ffa0> | a#3164b#ffa0
            a<ffff>b<fdd0>c<1fffe> | a#ffffb#fdd0c#{1fffe}
            a<34f>b<fff9> | a#034fb#fff9
            """)
    void escapesControlSequences(String given, String shown) {
        assertThat(SafeText.text(named(given))).isEqualTo(named(shown).replace("#", "\\u"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "two\nlines\tand a tab",
                "Zürich, 東京, Ελλάδα, \u00a0x",
                // a family, a flag, a key, a heart, a hand with a colour
                "<1f468><200d><1f469><200d><1f467>",
                "<1f1e9><1f1ea>",
                "1<fe0f><20e3>",
                "<2764><fe0f><200d><1f525>",
                "<1f44d><1f3fd>",
                // Persian and Hindi, which choose between forms by the joiners
                "<645><6cc><200c><62e><648><627><647><645>",
                "<915><94d><200d><937>",
                // an ideograph in one of its forms, and a letter with marks
                "<845b><e0100>",
                "e<301><323>"
            })
    void keepsReadableText(String text) {
        String given = named(text);

        assertThat(SafeText.text(given)).isSameAs(given);
    }

    @Test
    void everyCodePointIsReplacedOrKept() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String shown = SafeText.text("a" + new StringBuilder().appendCodePoint(c) + "b");
            boolean kept = shown.codePointAt(1) == c;
            boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
            boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
            assertThat(kept && (control || surrogate)).as("%x", c).isFalse();
            assertThat(kept || shown.startsWith("a\\u")).as("%x", c).isTrue();
        }
    }

    @Test
    void linesOfSeveralSystemsAreLines() {
        assertThat(SafeText.text("a\r\nb\rc\n")).isEqualTo("a\nb\\u000dc\n");
    }

    @Test
    void singleLineIsUnchanged() {
        assertThat(SafeText.line("  a \n\n  b\r\nc\t d  e ")).isEqualTo("a b c d  e");
        assertThat(SafeText.line("a\u2028b\u0085c\u000bd")).isEqualTo("a\\u2028b\\u0085c\\u000bd");
        assertThat(SafeText.line("\n\t ")).isEmpty();
    }

    @Test
    void longTextLosesItsEnd() {
        assertThat(SafeText.line("abcdef", 6)).isEqualTo("abcdef");
        assertThat(SafeText.line("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(SafeText.line("abcd\ud83d\ude00fg", 6)).isEqualTo("abcd…");
        assertThat(SafeText.line("x".repeat(1 << 20), 10)).isEqualTo("xxxxxxxxx…");
    }

    @Test
    void pilesOfMarksEnd() {
        assertThat(SafeText.text("e" + "\u0301".repeat(10))).isEqualTo("e" + "\u0301".repeat(8) + "\\u0301\\u0301");
    }

    @Test
    void jsonStaysTheSameDocument() {
        String json = "{\"a\": \"\u009b\u202e\u2028\udb40\udc41\ud800 ü\",\r\n \"b\u200b\": 1}";

        String safe = SafeText.json(json);

        assertThat(safe).isEqualTo("{\"a\": \"\\u009b\\u202e\\u2028\\udb40\\udc41\\ud800 ü\",\r\n \"b\\u200b\": 1}");
        assertThat(McpJson.mapper().readTree(safe)).isEqualTo(McpJson.mapper().readTree(json));
    }
}
