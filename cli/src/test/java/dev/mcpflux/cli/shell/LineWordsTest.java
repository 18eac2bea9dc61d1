package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.output.UsageException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineWordsTest {

    @Test
    void wordsHaveTheirPlaces() {
        assertThat(LineWords.of(" ab 'c d'\\ e").words())
                .containsExactly(new LineWords.Word("ab", 1, 3), new LineWords.Word("c d e", 4, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"call x text='ab", "call x \"a", "call x \\", "\\", "'"})
    void openLinesGoOn(String line) {
        assertThat(LineWords.of(line).open()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "call x", "call x 'a\nb'", "a\\\\", "# it's a comment \\"})
    void closedLinesEnd(String line) {
        assertThat(LineWords.of(line).open()).isFalse();
    }

    @Test
    void backslashJoinsLines() {
        assertThat(LineWords.of("call x \\\n  a=1\\\n2").texts()).containsExactly("call", "x", "a=12");
        assertThat(LineWords.of("'a\\\nb'").texts()).containsExactly("a\\\nb");
    }

    @Test
    void splitsLikeShellWords() {
        Random random = new Random(1);
        String letters = "ab =:'\"\\#{}";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            random.ints(random.nextInt(12), 0, letters.length()).forEach(at -> line.append(letters.charAt(at)));
            LineWords words = LineWords.of(line.toString());
            if (!words.open()) {
                assertThat(words.texts()).as(line.toString()).isEqualTo(ShellWords.split(line.toString(), true));
            } else if (!line.toString().endsWith("\\")) {
                assertThat(failure(line.toString())).as(line.toString()).contains("not closed");
            }
        }
    }

    private static String failure(String line) {
        try {
            return ShellWords.split(line, true).toString();
        } catch (UsageException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "two words", "it's", "\"q\"", "back\\slash", "#1", "a#1", "tab\there"})
    void escapedWordIsReadAgain(String word) {
        assertThat(LineWords.of("x " + LineWords.escaped(word)).texts()).isEqualTo(List.of("x", word));
    }

    @Test
    void lineKnowsTheWordAtTheCursor() {
        ShellLine line = new ShellLine("call a\\ b=c d", 10);

        assertThat(line.before()).containsExactly("call");
        assertThat(line.prefix()).isEqualTo("a b=");
        assertThat(line.word()).isEqualTo("a b=c");
        assertThat(line.after()).containsExactly("d");
        assertThat(line.rawWordCursor()).isEqualTo(5);
        assertThat(line.rawWordLength()).isEqualTo(6);
    }

    @Test
    void lineHasAnEmptyWordBetweenBlanks() {
        ShellLine line = new ShellLine("call  x", 5);

        assertThat(line.before()).containsExactly("call");
        assertThat(line.word()).isEmpty();
        assertThat(line.words()).containsExactly("call", "", "x");
        assertThat(line.rawWordLength()).isZero();
    }
}
