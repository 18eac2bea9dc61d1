package dev.mcpflux.host.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {

    @Test
    void readsVariables() {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("PLAIN", "a b");
        expected.put("EMPTY", "");
        expected.put("COMMENTED", "a#b");
        expected.put("EXPORTED", "x");
        expected.put("EQUAL", "a=b==");
        expected.put("SINGLE", "a\\n $B \" # c");
        expected.put("DOUBLE", "a\n\t\"\\$\\x");
        expected.put("LINES", "one\ntwo # three");
        expected.put("TWICE", "2");
        expected.put("LITERAL", "${PLAIN} $PLAIN");
        expected.put("LAST", "end");

        assertThat(DotEnv.parse("""
                # a comment
                PLAIN=a b\s\s
                  EMPTY=
                COMMENTED=a#b # comment
                export EXPORTED = x

                EQUAL=a=b==
                SINGLE='a\\n $B " # c' # comment
                DOUBLE="a\\n\\t\\"\\\\\\$\\x"
                LINES="one
                two # three"
                TWICE=1
                TWICE=2
                LITERAL=${PLAIN} $PLAIN
                LAST=end""")).containsExactlyEntriesOf(expected);
    }

    @Test
    void readsWindowsFiles() {
        assertThat(DotEnv.parse("\uFEFFA=1\r\nB=\"x\r\ny\"\r\n")).isEqualTo(Map.of("A", "1", "B", "x\ny"));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            A=1;s3cr3t                => line 2: expected NAME=value
            A=1;=s3cr3t               => line 2: expected a name of letters
            A=1;s3cr3t key=1          => line 2: expected NAME=value
            A=1;1s3cr3t=1             => line 2: expected a name of letters
            A="1;2";B="s3cr3t         => line 3: expected a closing "
            B='s3cr3t;C=1             => line 1: expected a closing '
            B="s3cr3t"x               => line 1: expected the end of the line
            """)
    void aMistakeNamesItsLine(String content, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DotEnv.parse(content.replace(';', '\n')))
                .withMessageStartingWith(problem)
                .withMessageNotContaining("s3cr3t");
    }
}
