package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.AuthChallenge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeParserTest {

    /** Each challenge: scheme, its token or nothing, parameters. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "Bearer => Bearer null {}",
                "Bearer realm=\"a, b\", scope=\"x y\" => Bearer null {realm=a, b, scope=x y}",
                "bearer REALM=a,error=invalid_token => bearer null {realm=a, error=invalid_token}",
                "Bearer resource_metadata = \"https://h/p?a=1,2\" => Bearer null {resource_metadata=https://h/p?a=1,2}",
                "Bearer realm=\"with \\\"quotes\\\" and \\\\\" => Bearer null {realm=with \"quotes\" and \\}",
                "Basic realm=a, Bearer scope=\"s\" => Basic null {realm=a} / Bearer null {scope=s}",
                "Negotiate, Basic => Negotiate null {} / Basic null {}",
                "Negotiate YWJj== , Bearer => Negotiate YWJj== {} / Bearer null {}",
                ", ,Bearer realm=\"a\",, scope=b, => Bearer null {realm=a, scope=b}",
                "DPoP algs=\"ES256\", Bearer => DPoP null {algs=ES256} / Bearer null {}",
                "Bearer realm=a, realm=b => Bearer null {realm=a}",
                // what servers write though they must not
                "Bearer realm=\"a\" error=\"e\" => Bearer null {realm=a, error=e}",
                "Bearer scope=a:b/c?d, error=e => Bearer null {scope=a:b/c?d, error=e}",
                "Bearer error_description=\"no end => Bearer null {error_description=no end}",
                "=, Bearer => Bearer null {}",
                "\"a, b\", Bearer => Bearer null {}",
                "Bearer:, Basic => Basic null {}"
            })
    void readsChallenges(String header, String expected) {
        assertThat(shown(List.of(header))).isEqualTo(expected);
    }

    private static String shown(List<String> headers) {
        return String.join(
                " / ",
                ChallengeParser.parse(headers).stream()
                        .map(each -> each.scheme() + " " + each.token68() + " " + each.parameters())
                        .toList());
    }

    @Test
    void readsSeveralHeaders() {
        assertThat(shown(List.of("Basic realm=a", "Bearer"))).isEqualTo("Basic null {realm=a} / Bearer null {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",", "=", "\"", "\\", "a=", "a=\"", "a b=\"\\", "\u0000", "é è=ü", "a ,b ,=,c d=,e"})
    void alwaysEnds(String header) {
        assertThat(ChallengeParser.parse(List.of(header, header))).hasSizeLessThan(10);
    }

    @Test
    void namesDoNotDependOnCase() {
        AuthChallenge challenge =
                ChallengeParser.parse(List.of("BEARER Scope=\"a\"")).get(0);
        assertThat(challenge.is("Bearer")).isTrue();
        assertThat(challenge.parameter("SCOPE")).contains("a");
        assertThat(challenge.parameters()).isEqualTo(Map.of("scope", "a"));
    }
}
