package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskerTest {

    private static Masker masker(String name, String value) {
        return new Masker(Map.of(name, value), Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Authorization | Bearer s3cr3t-value            | s3cr3t-value
            Authorization | Bearer s3cr3t-value            | S3CR3T-VALUE
            Authorization | bearer   s3cr3t-value          | s3cr3t-value
            Authorization | Custom s3cr3t-value            | s3cr3t-value
            Authorization | Basic YWxpY2U6czNjcjN0LXZhbHVl | alice:s3cr3t-value
            Authorization | Basic YWxpY2U6czNjcjN0LXZhbHVl | s3cr3t-value
            Authorization | Basic YWxpY2U6czNjcjN0LXZhbHVl | YWxpY2U6czNjcjN0LXZhbHVl
            Authorization | Digest response="s3cr3t-value" | s3cr3t-value
            AUTH          | token=s3cr3t-value             | s3cr3t-value
            AUTH          | Token: s3cr3t-value            | s3cr3t-value
            Cookie        | a=1; sid=s3cr3t-value          | s3cr3t-value
            DSN           | host=db;Password=s3cr3t-value  | s3cr3t-value
            DB            | postgres://alice:s3cr3t-value@db/x | s3cr3t-value
            DB            | postgres://alice:s3cr3t%2Dvalue@db/x | s3cr3t-value
            HOOK          | https://h/x?api_key=s3cr3t-value&v=1 | s3cr3t-value
            T             | s3cr3t&+value                  | s3cr3t%26%2Bvalue
            T             | s3cr3t"value                   | s3cr3t\\"value
            T             | s3cr3t-value                   | czNjcjN0LXZhbHVl
            T             | 's3cr3t value '                | s3cr3t value
            """)
    void recognisesEveryFormOfASecret(String name, String value, String said) {
        assertThat(masker(name, value).mask("it said <" + said + ">")).isEqualTo("it said <${" + name + "}>");
    }

    @Test
    void linesOfKeyAreSecrets() {
        Masker masker = masker("KEY", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----\n");
        assertThat(masker.mask("at MIIEvQIBADANBgkqhkiG9w0")).isEqualTo("at ${KEY}");
        assertThat(masker.mask("a short one")).isEqualTo("a short one");
    }

    @ParameterizedTest
    @CsvSource({"MODE, info, info", "A, Bearer abc, abc", "C, a=1; b=2, 1", "GREETING, hello worldwide, worldwide"})
    void settingsAndPlainWordsStay(String name, String value, String said) {
        assertThat(masker(name, value).mask("<" + said + ">")).isEqualTo("<" + said + ">");
    }

    @Test
    void longestSecretIsMaskedFirst() {
        Masker masker = new Masker(Map.of("SHORT", "abcdef", "LONG", "abcdef-ghi"), Map.of("SHORT", "uvwxyz"));
        assertThat(masker.mask("abcdef-ghi abcdef uvwxyz")).isEqualTo("${LONG} ${SHORT} ${SHORT'}");
    }

    @Test
    void secretsInUrlAreMasked() {
        Masker masker =
                Masker.NONE.withUrl(URI.create("https://mcp.example.com/v1/a1b2c3d4e5f6a7b8c9d0e1/sse?k=s3cr3t-value"));
        assertThat(masker.mask("at https://mcp.example.com/v1/a1b2c3d4e5f6a7b8c9d0e1/sse?k=s3cr3t-value"))
                .startsWith("at https://mcp.example.com/v1/${url")
                .doesNotContain("a1b2c3d4", "s3cr3t");
    }

    @Test
    void namesAndValuesOfErrorDataAreMasked() {
        Masker masker = masker("T", "s3cr3t-1");
        JsonRpcError error = new JsonRpcError(
                -1,
                "no s3cr3t-1",
                McpJson.mapper().readTree("{\"a\":[{\"s3cr3t-1\":\"x s3cr3t-1\"},7,null,true],\"b\":\"c\"}"));
        JsonRpcError masked = Masker.mask(error, masker::mask);
        assertThat(masked.message()).isEqualTo("no ${T}");
        assertThat(String.valueOf(masked.data())).isEqualTo("{\"a\":[{\"${T}\":\"x ${T}\"},7,null,true],\"b\":\"c\"}");
        assertThat(Masker.mask(masked, masker::mask).data()).isSameAs(masked.data());
    }
}
