package dev.mcpflux.schema;

import static dev.mcpflux.schema.Checks.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.networknt.schema.SchemaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EcmaPatternTest {

    private static boolean matches(String pattern, String text) throws EcmaPattern.UnsupportedException {
        return Pattern.compile(EcmaPattern.toRe2(pattern)).matcher(text).find();
    }

    /** The texts use the escapes of JSON. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '~', textBlock = """
            b abc true
            ^b abc false
            a$ a\\n false
            a$b ab false
            [$] $ true
            \\$ $ true
            ^.$ \\n false
            ^.$ \\r false
            ^.$ \\u2028 false
            ^.$ \\u0085 true
            ^.$ 😀 true
            ^\\d$ 7 true
            ^\\d$ ٣ false
            ^\\w$ é false
            ^\\W$ é true
            ^\\s$ \\u000b true
            ^\\s$ \\u00a0 true
            ^\\s$ \\ufeff true
            ^\\S$ \\u2003 false
            ^[\\s,]$ \\u00a0 true
            ^[^\\s]$ \\u3000 false
            ^[\\s\\S]$ x true
            ^[\\S]$ \\u3000 false
            ^[\\S]$ x true
            ^[\\w\\s-.]+$ a-.b true
            ^[\\w-.]$ / false
            ^[a-]$ - true
            ^\\cJ$ \\n true
            ^[\\cj]$ \\n true
            ^a\\/b$ a/b true
            ^\\x41\\u0042$ AB true
            ^\\u{1F600}$ 😀 true
            ^\\ud83d\\ude00$ 😀 true
            ^[\\b]$ \\b true
            a\\b a- true
            ^[[]]$ [] true
            ^[a[b]$ [ true
            ^[a&&b]$ & true
            ^[[:alpha:]$ a true
            ^[^]$ \\n true
            [] x false
            ^(?<year>\\d{4})-x$ 2024-x true
            ^\\p{L}$ é true
            ^\\p{Letter}$ é true
            ^\\P{Letter}$ é false
            ^\\p{Lowercase_Letter}$ é true
            ^\\p{General_Category=Lu}$ É true
            ^[\\p{L}-]$ - true
            ^\\p{Script=Greek}$ λ true
            ^a{2,3}$ aaa true
            ^a{2,3}$ a false
            ^a{,2}$ a{,2} true
            ^a{x}$ a{x} true
            ^{}$ {} true
            ^\\0$ \\u0000 true
            ^(?i)yes$ YES true
            ^(?i:y)es$ YES false
            ^x]}$ x]} true
            ^\\-\\.\\_$ -._ true
            """)
    void matchesWhatEcmaScriptMatches(String pattern, String text, boolean matches) throws Exception {
        JsonNode value = json("[\"" + text + "\"]").get(0);
        assertThat(matches(pattern, value.stringValue())).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '~', textBlock = """
            (?=a) looks
            (?!a) looks
            (?<=a) looks
            (?<!a) looks
            (a)\\1 back
            (?<n>a)\\k<n> back
            (?>a) unknown
            (?x)a unknown
            (?P<n>a) unknown
            \\Q(\\E escape
            \\Z escape
            \\pL escape
            \\xZZ escape
            \\u{} escape
            \\u{110000000} escape
            \\ud83d\\u0041 escape
            \\c escape
            \\c1 escape
            \\01 escape
            ((a{100}){100}){100} large
            (?:a{0}){2000000000} large
            (a{0,1000}){0,1000} large
            (a?|b?){1000}{1000} large
            a{1000}b{1000}c{1000} large
            ([a-z]{100}|x){100} large
            \\p{L}{600} large
            """)
    void namesWhatRe2CannotDo(String pattern, String reason) {
        assertThatThrownBy(() -> EcmaPattern.toRe2(pattern))
                .isInstanceOf(EcmaPattern.UnsupportedException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "a)", "((a)", "[", "[^", "[a", "[\\]", "\\"})
    void refusesBrokenPatterns(String pattern) {
        assertThatThrownBy(() -> EcmaPattern.toRe2(pattern)).isInstanceOf(SchemaException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "^[a-z]+$",
                "^(a+)+$",
                "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$",
                "^(\\s*(foo|bar)?\\s*){50}$",
                "^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.|$)){4}$",
                "^\\p{L}[\\p{L}\\p{N}_]*$",
                "^(a|b|c|d)*(e|f)?(g*|h*)x{1000}$",
                "^.{0,1000}$",
            })
    void commonPatternsAreSmallEnough(String pattern) throws Exception {
        assertThat(Pattern.compile(EcmaPattern.toRe2(pattern)).programSize()).isLessThan(5_000);
    }

    @Test
    void translatesDeepPatternsWithoutRecursion() {
        assertThatThrownBy(() -> EcmaPattern.toRe2("(".repeat(1_000_000))).hasMessageContaining("nested more than 100");
        assertThatThrownBy(() -> EcmaPattern.toRe2("a".repeat(1_000_000))).hasMessageContaining("too large");
    }
}
