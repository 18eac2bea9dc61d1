package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchTest {

    private static URI redirect(String from, String to, boolean sameOrigin, int redirects) {
        return Fetch.redirect(URI.create(from), URI.create(to), "the file", sameOrigin, redirects);
    }

    @Test
    void downloadMayBeRedirectedToAnotherHost() {
        assertThat(redirect("https://a.example/x", "https://b.example/y", false, 1))
                .isEqualTo(URI.create("https://b.example/y"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/x, http://127.0.0.1/y, false, 1, is not followed",
        "https://a.example/x, http://a.example/y, false, 1, is not followed",
        "https://a.example/x, https://b.example/y, true, 1, is not followed",
        "https://a.example/x, https://a.example:444/y, true, 1, is not followed",
        "https://a.example/x, https://a.example/y, true, 0, too many redirects",
        "http://127.0.0.1/x, http://b.example/y, false, 1, is without TLS",
        "http://127.0.0.1/x, https://user:secret@b.example/y, false, 1, contains a user",
    })
    void otherRedirectIsRefused(String from, String to, boolean sameOrigin, int redirects, String problem) {
        assertThatThrownBy(() -> redirect(from, to, sameOrigin, redirects))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining(problem)
                .message()
                .doesNotContain("secret");
    }
}
