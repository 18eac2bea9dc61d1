package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.util.context.Context;

class CookiesTest {

    private static final Caller ANN = Caller.of("ann", Map.of());
    private static final Caller BOB = Caller.of("bob", Map.of());

    private final AtomicLong clock = new AtomicLong(1_000);

    private Cookies cookies(String url) {
        return new Cookies(URI.create(url), clock::get);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1                                             | a=1",
                "a=1; Path=/                                     | a=1",
                "a=1; Path=/mcp                                  | a=1",
                "a=1; Path=/mcp/; HttpOnly; SameSite=Lax         | a=1",
                "a=1; Path=/mc                                   | ",
                "a=1; Path=/other                                | ",
                "a=1; Secure                                     | ",
                "a=1; Domain=h.example.org                       | a=1",
                "a=1; Domain=.example.org                        | a=1",
                "a=1; Domain=other.org                           | ",
                "a=1; Domain=org                                 | ",
                "a=1; Max-Age=60                                 | a=1",
                "a=1; Max-Age=0                                  | ",
                "a=1; Max-Age=-1                                 | ",
                "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT      | ",
                "a=\"x y\"                                       | a=\"x y\"",
                "a=b=c==                                         | a=b=c==",
                "a=                                              | a=",
                "=1                                              | ",
                "a                                               | ",
            })
    void attributesDecideWhichCookiesAreSent(String set, String sent) {
        Cookies cookies = cookies("http://h.example.org/mcp/x");
        cookies.take(ANN, URI.create("http://h.example.org/mcp/x"), List.of(set));
        assertThat(cookies.header(ANN, URI.create("http://h.example.org/mcp/x"), null))
                .isEqualTo(sent);
    }

    @Test
    void secureCookiesGoByTlsOnly() {
        Cookies cookies = cookies("https://h/mcp");
        cookies.take(ANN, URI.create("https://h/mcp"), List.of("a=1; Secure"));
        assertThat(cookies.header(ANN, URI.create("https://h/mcp"), null)).isEqualTo("a=1");
        assertThat(cookies.header(ANN, URI.create("http://h/mcp"), null)).isNull();
    }

    @Test
    void laterCookiesOverwriteDeleteAndExpire() {
        Cookies cookies = cookies("http://h/mcp");
        URI url = URI.create("http://h/mcp");
        cookies.take(ANN, url, List.of("a=1; Path=/", "b=2; Path=/mcp; Max-Age=10", "c=3"));
        assertThat(cookies.header(ANN, url, null)).isEqualTo("b=2; a=1; c=3");
        cookies.take(ANN, url, List.of("a=9; Path=/", "c=; Max-Age=0"));
        assertThat(cookies.header(ANN, url, null)).isEqualTo("b=2; a=9");
        clock.addAndGet(10_000);
        assertThat(cookies.header(ANN, url, null)).isEqualTo("a=9");
    }

    @Test
    void cookiesBelongToTheirCaller() {
        Cookies cookies = cookies("http://h/mcp");
        URI url = URI.create("http://h/mcp");
        cookies.take(ANN, url, List.of("who=s3cr3t"));
        assertThat(cookies.header(BOB, url, null)).isNull();
        assertThat(cookies.header(Caller.ANONYMOUS, url, null)).isNull();
        assertThat(cookies.toString()).doesNotContain("s3cr3t");
    }

    @Test
    void configuredCookiesGoFirstAndWin() {
        Cookies cookies = cookies("http://h/mcp");
        URI url = URI.create("http://h/mcp");
        cookies.take(ANN, url, List.of("a=server", "b=2"));
        assertThat(cookies.header(ANN, url, "a=mine; z=0")).isEqualTo("a=mine; z=0; b=2");
        assertThat(cookies.header(BOB, url, "a=mine")).isEqualTo("a=mine");
    }

    @Test
    void cookiesAreBoundedInNumberAndSize() {
        Cookies cookies = cookies("http://h/mcp");
        URI url = URI.create("http://h/mcp");
        for (int i = 0; i < 1000; i++) {
            cookies.take(ANN, url, List.of("n" + i + "=x", "big" + i + "=" + "y".repeat(5000)));
        }
        assertThat(cookies.header(ANN, url, null).split("; "))
                .hasSize(50)
                .contains("n999=x")
                .doesNotContain("n1=x");
    }

    @Test
    void serverGetsItsCookiesBackForEachCaller() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(
                TEXT, "Set-Cookie: node=" + request.header("authorization") + "; Path=/", "Set-Cookie: other=1")))) {
            McpSession session = open(transport(server).header("Cookie", "mine=0"), options -> options);
            for (String who : List.of("ann", "bob", "ann", "bob")) {
                session.callTool("x", null)
                        .contextWrite(Context.of(HttpTransport.HEADERS, Map.of("Authorization", who)))
                        .block(LIMIT);
            }
            List<RecordedRequest> calls = server.requests(request -> request.is("tools/call"));
            assertThat(calls)
                    .extracting(request -> request.header("cookie"))
                    .containsExactly("mine=0", "mine=0", "mine=0; node=ann; other=1", "mine=0; node=bob; other=1");
            closed(session, server);
        }
    }
}
