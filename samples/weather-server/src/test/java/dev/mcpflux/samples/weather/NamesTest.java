package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "São Paulo, sao paulo",
        "SAO-PAULO, sao paulo",
        "' new   york ', new york",
        "Tromsø, tromso",
        "Zürich, zurich",
        "I, i"
    })
    void foldsCaseAccentsAndSeparators(String name, String folded) {
        assertThat(Names.fold(name)).isEqualTo(folded);
    }

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "'', abc, 3", "abc, '', 3", "abc, abc, 0", "ab, ba, 2"})
    void countsEdits(String a, String b, int distance) {
        assertThat(Names.editDistance(a, b)).isEqualTo(distance);
    }

    @Test
    void suggestsTheNearestFirst() {
        assertThat(Names.near("Lima", List.of("Limb", "Lomo", "Lima"))).containsExactly("Lima", "Limb");
    }

    @Test
    void suggestsThreeAtMost() {
        assertThat(Names.near("abcdef", List.of("abcdea", "abcdeb", "abcdec", "abcded")))
                .hasSize(3);
    }

    @Test
    void omitsCandidatesFarFromTheNearest() {
        assertThat(Names.near("Europe/Lisbn", List.of("Europe/Lisbon", "Europe/Kiev", "America/Lima")))
                .containsExactly("Europe/Lisbon");
    }

    @Test
    void suggestsNothingForSomethingElse() {
        assertThat(Names.near("Atlantis", List.of("Lima", "Oslo"))).isEmpty();
    }

    @Test
    void comparesTheLastPartOfAPath() {
        assertThat(Names.near("lisbon", List.of("Europe/Lisbon", "Asia/Tokyo"))).containsExactly("Europe/Lisbon");
        assertThat(Names.near("Asia/Lisbon", List.of("Europe/Lisbon", "Asia/Tokyo")))
                .containsExactly("Europe/Lisbon");
    }
}
