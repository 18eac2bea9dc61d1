package dev.mcpflux.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.protocol.Elicitation;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlAskerTest {

    private final StringWriter out = new StringWriter();

    private Elicitation.ElicitResult ask(String url, String typed) throws InterruptedException {
        Elicitation.ElicitParams params =
                new Elicitation.ElicitParams(Elicitation.URL, "Sign in", null, url, "e1", null);
        return new UrlAsker(new Dialog(new StringReader(typed), out), false).ask(new Question<>("srv", params));
    }

    @Test
    void showsFormAndReview() throws InterruptedException {
        assertThat(ask("https://example.com/a?b=c", "what\ny\n")).isEqualTo(Elicitation.ElicitResult.accept());
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                srv asks you to open an address:
                  | Sign in

                  https://example.com/a?b=c
                  host: example.com

                It is not opened for you. (No declines; !cancel or Ctrl-D cancels.)
                Opened it? [y/N]   ! type y or n
                Opened it? [y/N]\s""");
    }

    @Test
    void noIsTheDefault() throws InterruptedException {
        assertThat(ask("https://example.com", "\n")).isEqualTo(Elicitation.ElicitResult.decline());
        assertThat(ask("https://example.com", "n\n")).isEqualTo(Elicitation.ElicitResult.decline());
        assertThat(ask("https://example.com", "!decline\n")).isEqualTo(Elicitation.ElicitResult.decline());
        assertThat(ask("https://example.com", "!cancel\n")).isEqualTo(Elicitation.ElicitResult.cancel());
        assertThat(ask("https://example.com", "")).isEqualTo(Elicitation.ElicitResult.cancel());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://example.com/x@y            |
            http://localhost:8080/             |
            https://example.com@evil.org/      | the part before the @ is not the host
            https://xn--80ak6aa92e.com/        | the host is written in Punycode
            http://example.com/                | the connection to it is not encrypted
            file:///etc/passwd                 | this is not a web address
            javascript:alert(1)                | this is not a web address
            not an address                     | this is not a web address
            """)
    void warns(String url, String warning) {
        String told = UrlAsker.warning(url, UrlAsker.host(url));
        if (warning == null) {
            assertThat(told).isNull();
        } else {
            assertThat(told).startsWith(warning);
        }
    }
}
