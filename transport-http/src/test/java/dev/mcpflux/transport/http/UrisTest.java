package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrisTest {

    /** The examples of RFC 3986, 5.4, and what servers send. */
    @ParameterizedTest
    @CsvSource({
        "http://a/b/c/d?q,g,http://a/b/c/g",
        "http://a/b/c/d?q,./g,http://a/b/c/g",
        "http://a/b/c/d?q,g/,http://a/b/c/g/",
        "http://a/b/c/d?q,/g,http://a/g",
        "http://a/b/c/d?q,//g,http://g/",
        "http://a/b/c/d?q,?y,http://a/b/c/d?y",
        "http://a/b/c/d?q,g?y,http://a/b/c/g?y",
        "http://a/b/c/d?q,'',http://a/b/c/d?q",
        "http://a/b/c/d?q,.,http://a/b/c/",
        "http://a/b/c/d?q,..,http://a/b/",
        "http://a/b/c/d?q,../g,http://a/b/g",
        "http://a/b/c/d?q,../../../g,http://a/g",
        "http://a/b/c/d?q,/./g,http://a/g",
        "http://a/b/c/d?q,./g/.,http://a/b/c/g/",
        "http://a/b/c/d?q,g/../h,http://a/b/c/h",
        "http://a/b/c/d?q,https://z/x,https://z/x",
        "http://a,g,http://a/g",
        "http://a,?s=4,http://a/?s=4",
        "http://a_b:81/base/sse,?s=4,http://a_b:81/base/sse?s=4",
        "http://a_b:81/base/sse,/post,http://a_b:81/post"
    })
    void resolvesAsTheStandardSays(String base, String reference, String expected) {
        assertThat(Uris.resolve(URI.create(base), reference)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "http://mcp_server:8080/mcp,http://mcp_server:8080",
        "http://MCP_Server/mcp,http://mcp_server",
        "https://mcp_server:443,https://mcp_server",
        "http://user:s3cr3t@mcp_server:8080/x,http://mcp_server:8080",
        "http://user:s3cr3t@host:8080/x,http://host:8080",
        "http://[::1]:80/x,http://[::1]"
    })
    void originsNameSchemeHostAndPort(String uri, String origin) {
        assertThat(Uris.origin(URI.create(uri))).isEqualTo(origin);
    }
}
