package dev.mcpflux.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.SchemaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCostTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "^[a-z]+$",
                "^(a+)+$",
                "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                "^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$",
                "^(\\s*(foo|bar)?\\s*){50}$",
                "^([^\\]\\[]*[]a[\\]]*)*$",
                "^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$",
                "^\\p{L}[\\p{L}\\p{N}_]*$",
                "^(a|b|c|d)*(e|f)?(g*|h*)x{100000}$",
                "(?i)^yes|no$",
                "(?<year>\\d{4})-\\k<year>",
                "a{2}{3}",
            })
    void whatPeopleWriteCostsLittle(String pattern) {
        assertThat(PatternCost.stepsWithoutReading(pattern)).isLessThan(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?:a{0}){2000000000}",
                "(?:(?:(?:a{0}){2000}){2000}){2000}",
                "^{2000000000}",
                "\\b{2000000000}",
                "(?=){2000000000}",
                "(a?|b?){64}c",
                "(a*|b*){64,}c",
                "a((a?|b?){64})*c",
            })
    void whatCountsWithoutReadingCostsMuch(String pattern) {
        assertThat(PatternCost.stepsWithoutReading(pattern)).isGreaterThan(1e6);
        assertThatThrownBy(() -> BoundedPattern.compile(pattern))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("too many ways");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(|)",
                "(a?|b?)",
                "(?:|a{0})",
                "(?>|)",
                "(?<n>|)",
                "(?i:|)",
                "[^^](|)",
                "[]](|)",
                "[\\]](|)",
                "[[a]b](|)",
                "\\c((|)"
            })
    void waysToMatchNothingMultiply(String part) {
        assertThat(PatternCost.stepsWithoutReading("x" + "(|)".repeat(5) + part.repeat(40) + "(?!)"))
                .isGreaterThan(30);
        assertThat(PatternCost.stepsWithoutReading(part + "(|)".repeat(40) + "(?!)"))
                .isGreaterThan(1e6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?x)(|#)\n)", "(?ix:a)", "\\Q(\\E"})
    void whatItCannotReadIsRefused(String pattern) {
        assertThatThrownBy(() -> PatternCost.stepsWithoutReading(pattern)).isInstanceOf(SchemaException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "[",
                "[^",
                "\\",
                "a{",
                "a{1",
                "(?",
                "(?<",
                "(?<=",
                "\\p{",
                "\\k<",
                "*",
                "a{99999999999999999999}",
                "\\c"
            })
    void brokenPatternsAreTheCompilersAffair(String pattern) {
        assertThat(PatternCost.stepsWithoutReading(pattern)).isNotNaN();
    }

    @Test
    void itsOwnStackIsNotTheLimit() {
        assertThat(PatternCost.stepsWithoutReading("(".repeat(1_000_000))).isNotNaN();
    }
}
