package dev.mcpflux.cli.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mcpflux.cli.output.UsageException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                arguments("", List.of()),
                arguments("  \t\n ", List.of()),
                arguments("npx", List.of("npx")),
                arguments("npx -y server /tmp", List.of("npx", "-y", "server", "/tmp")),
                arguments("  a   b\tc\nd  ", List.of("a", "b", "c", "d")),
                // quotes
                arguments("'a b' c", List.of("a b", "c")),
                arguments("\"a b\" c", List.of("a b", "c")),
                arguments("a'b c'd", List.of("ab cd")),
                arguments("--x=\"a b\"'c d'", List.of("--x=a bc d")),
                arguments("'' \"\"", List.of("", "")),
                arguments("a '' b", List.of("a", "", "b")),
                arguments("'it says \"yes\"'", List.of("it says \"yes\"")),
                arguments("\"it's\"", List.of("it's")),
                // backslashes
                arguments("a\\ b", List.of("a b")),
                arguments("\\'a\\\"", List.of("'a\"")),
                arguments("a\\\\b", List.of("a\\b")),
                arguments("\\a", List.of("a")),
                arguments("\"a\\\"b\"", List.of("a\"b")),
                arguments("\"a\\\\b\"", List.of("a\\b")),
                arguments("\"a\\nb\"", List.of("a\\nb")),
                arguments("'a\\b'", List.of("a\\b")),
                arguments("'a\\'", List.of("a\\")),
                arguments("a\\", List.of("a\\")),
                // characters without a special meaning here
                arguments("$HOME *.txt a|b #c ~", List.of("$HOME", "*.txt", "a|b", "#c", "~")),
                arguments("東京 Zürich", List.of("東京", "Zürich")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void splitsAsAShellDoes(String line, List<String> words) {
        assertThat(ShellWords.split(line)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "a 'b c", "\"", "\"a\\\"", "a\"b'", "'it's'"})
    void rejectsUnclosedQuote(String line) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> ShellWords.split(line))
                .withMessage("a quote is not closed: " + line);
    }
}
