package dev.mcpflux.transport.http.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.McpJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples are those of the specification, the rest is what it leaves open. */
class HeaderValueTest {

    private static String decoded(String header) {
        assertThat(header).startsWith("=?base64?").endsWith("?=").matches("[ -~]+");
        return new String(
                Base64.getDecoder().decode(header.substring("=?base64?".length(), header.length() - 2)),
                StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "us-west1",
                "us west 1",
                "true",
                "42",
                "-7",
                "~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}",
                "file:///a%20b?id=1",
                "=?base64?",
                "?=",
                "=?base64",
                "=?BASE64?eA==?=",
                "=?base64?eA==?= ok",
                "a =?base64?eA==?="
            })
    void visibleAsciiIsPlain(String text) {
        assertThat(HeaderValue.encode(text)).isEqualTo(text);
    }

    @Test
    void theRestIsEncoded() {
        assertThat(HeaderValue.encode("Hello, 世界")).isEqualTo("=?base64?SGVsbG8sIOS4lueVjA==?=");
        assertThat(HeaderValue.encode(" padded ")).isEqualTo("=?base64?IHBhZGRlZCA=?=");
        assertThat(HeaderValue.encode("line1\nline2")).isEqualTo("=?base64?bGluZTEKbGluZTI=?=");
        assertThat(HeaderValue.encode("=?base64?literal?=")).isEqualTo("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
        assertThat(HeaderValue.encode(" us-west1")).isEqualTo("=?base64?IHVzLXdlc3Qx?=");
        assertThat(HeaderValue.encode("us-west1 ")).isEqualTo("=?base64?dXMtd2VzdDEg?=");
        assertThat(HeaderValue.encode(" us-west1 ")).isEqualTo("=?base64?IHVzLXdlc3QxIA==?=");
        assertThat(HeaderValue.encode("日本語")).isEqualTo("=?base64?5pel5pys6Kqe?=");
        assertThat(HeaderValue.encode("line1\r\nline2")).isEqualTo("=?base64?bGluZTENCmxpbmUy?=");
        assertThat(HeaderValue.encode("\tindented")).isEqualTo("=?base64?CWluZGVudGVk?=");
    }

    @Test
    void emptyTextIsEncoded() {
        assertThat(HeaderValue.encode("")).isEqualTo("=?base64??=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\t", "\0", "a\u007F", "\u0080", "ä", "😀", " ", "=?base64?=", "=?base64??="})
    void ambiguousTextsAreEncoded(String text) {
        assertThat(decoded(HeaderValue.encode(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void longTextIsEncodedWithPaddingAndWithoutLineBreaks(int length) {
        String text = "é".repeat(length);
        assertThat(decoded(HeaderValue.encode(text))).isEqualTo(text);
        assertThat(HeaderValue.encode(text).length()).isEqualTo(11 + (2 * length + 2) / 3 * 4);
    }

    @Test
    void halfOfASurrogatePairIsRefusedSinceTheBodyKeepsIt() {
        for (String text : new String[] {"secret\uD83D", "\uDE00secret", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"}) {
            // what Jackson writes is the same text for who reads it
            byte[] body = McpJson.mapper().writeValueAsBytes(text);
            assertThat(McpJson.mapper().readValue(body, String.class)).isEqualTo(text);
            assertThatThrownBy(() -> HeaderValue.encode(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("surrogate")
                    .hasMessageNotContaining("secret");
        }
    }
}
