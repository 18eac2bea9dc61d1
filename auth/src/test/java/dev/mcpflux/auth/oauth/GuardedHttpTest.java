package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.testing.http.Gate;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.http.ProxySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

class GuardedHttpTest {

    private static final String WHAT = "the document";

    private final ManualTimer timer = new ManualTimer();

    private GuardedHttp http(Reach reach, String... configured) {
        return new GuardedHttp(
                HttpClient.newConnection(),
                ProxySettings.none(),
                reach,
                Set.of(configured),
                Duration.ofSeconds(10),
                timer,
                new Problems("srv"));
    }

    private static URI at(ScriptedHttpServer server, String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HTTPResponse get(ScriptedHttpServer server, String path) {
        return Objects.requireNonNull(
                http(Reach.LOOPBACK).get(at(server, path), WHAT).block(OAuthHost.LIMIT));
    }

    private static AbstractThrowableAssert<?, ?> assertFails(ThrowingCallable call, Reason reason) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        McpAuthorizationException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    // which addresses

    @ParameterizedTest
    @CsvSource(textBlock = """
            PUBLIC,   https://as.example/token
            PUBLIC,   https://8.8.8.8/token
            PUBLIC,   HTTPS://as.example/token
            PRIVATE,  https://10.0.0.1/token
            PRIVATE,  https://as.example/token
            LOOPBACK, https://127.0.0.1/token
            LOOPBACK, http://127.0.0.1:8080/token
            LOOPBACK, http://[::1]:8080/token
            LOOPBACK, http://localhost/token
            LOOPBACK, https://192.168.0.1/token
            """)
    void addressesAsFarAwayAreAllowed(Reach reach, URI url) {
        assertThat(http(reach).checked(url, WHAT)).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # without TLS
            PUBLIC,   http://as.example/token
            PUBLIC,   http://127.0.0.1/token
            PRIVATE,  http://10.0.0.1/token
            LOOPBACK, http://10.0.0.1/token
            LOOPBACK, http://as.example/token
            LOOPBACK, http://localhost.example/token
            # nearer than the server
            PUBLIC,   https://127.0.0.1/token
            PUBLIC,   https://[::1]/token
            PUBLIC,   https://[::ffff:127.0.0.1]/token
            PUBLIC,   https://[64:ff9b::7f00:1]/token
            PUBLIC,   https://localhost/token
            PUBLIC,   https://LocalHost/token
            PUBLIC,   https://a.localhost/token
            PUBLIC,   https://10.0.0.1/token
            PUBLIC,   https://0.0.0.0/token
            PUBLIC,   https://[::]/token
            PUBLIC,   https://[fd00::1]/token
            PUBLIC,   https://100.64.0.1/token
            PRIVATE,  https://127.0.0.1/token
            PRIVATE,  https://localhost/token
            # of a link
            LOOPBACK, https://169.254.169.254/latest
            LOOPBACK, https://[fe80::1]/latest
            # no address that all sides read in the same way
            LOOPBACK, https://2130706433/token
            LOOPBACK, https://0x7f000001/token
            LOOPBACK, https://0x7f.1/token
            LOOPBACK, https://127.1/token
            LOOPBACK, https://0177.0.0.1/token
            LOOPBACK, https://127.0.0.01/token
            LOOPBACK, https://127.0.0.0x1/token
            LOOPBACK, https://127.0.0.1./token
            # no https
            LOOPBACK, ftp://127.0.0.1/token
            LOOPBACK, file:///etc/passwd
            LOOPBACK, javascript:alert(1)
            LOOPBACK, /token
            LOOPBACK, https:///token
            LOOPBACK, https://s3cr3t@as.example/token
            LOOPBACK, https://alice:s3cr3t@as.example/token
            """)
    void otherAddressesAreRefused(Reach reach, URI url) {
        assertFails(() -> http(reach).checked(url, WHAT), Reason.UNSAFE_ADDRESS)
                .hasMessageContaining(WHAT)
                .hasMessageNotContaining("/token")
                .hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://10.0.0.1/token", "https://localhost/token", "http://localhost/token"})
    void configuredHostsMayBeAnywhere(URI url) {
        assertThat(http(Reach.PUBLIC, url.getHost()).checked(url, WHAT)).isEqualTo(url);
        assertFails(() -> http(Reach.PUBLIC, "as.example").checked(url, WHAT), Reason.UNSAFE_ADDRESS);
    }

    @Test
    void configuredHostStillNeedsTls() {
        assertFails(
                () -> http(Reach.PUBLIC, "as.example").checked(URI.create("http://as.example/"), WHAT),
                Reason.UNSAFE_ADDRESS);
    }

    @Test
    void configuredHostIsReached() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json("{}"))) {
            assertThat(http(Reach.PUBLIC, "127.0.0.1")
                            .get(at(server, "/"), WHAT)
                            .map(HTTPResponse::getBody)
                            .block(OAuthHost.LIMIT))
                    .isEqualTo("{}");
        }
    }

    @Test
    void refusedAddressIsNotRequested() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json("{}"))) {
            for (Reach reach : new Reach[] {Reach.PUBLIC, Reach.PRIVATE}) {
                assertFails(() -> http(reach).get(at(server, "/"), WHAT).block(OAuthHost.LIMIT), Reason.UNSAFE_ADDRESS);
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void nameOfANearerAddressIsNotReached() throws Exception {
        InetAddress self = InetAddress.getLocalHost();
        assumeThat(Reach.of(self)).isNotEqualTo(Reach.PUBLIC);
        URI url = URI.create("https://" + self.getHostName() + "/s3cr3t");
        assumeThat(url.getHost()).isNotNull().isNotEqualTo("localhost");
        assumeThat(Reach.literal(url.getHost())).isNull();
        assertFails(() -> http(Reach.PUBLIC).get(url, WHAT).block(OAuthHost.LIMIT), Reason.UNSAFE_ADDRESS)
                .hasMessageNotContaining("s3cr3t");
    }

    // redirects

    private static HttpHandler redirecting(int times) {
        return (request, reply) -> {
            int number = Integer.parseInt(request.path().substring(1));
            if (number < times) {
                reply.status(302, "", "", "Location: /" + (number + 1));
            } else {
                reply.json("{}");
            }
        };
    }

    @Test
    void redirectsOfTheSameOriginAreFollowed() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(redirecting(3))) {
            assertThat(get(server, "/0").getStatusCode()).isEqualTo(200);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void redirectsAreBounded() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(redirecting(4))) {
            assertFails(() -> get(server, "/0"), Reason.UNSAFE_ADDRESS);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void redirectToAnotherOriginIsNotFollowed() {
        try (ScriptedHttpServer other = ScriptedHttpServer.start((request, reply) -> reply.json("{}"));
                ScriptedHttpServer server = ScriptedHttpServer.start(
                        (request, reply) -> reply.status(302, "", "", "Location: " + at(other, "/s3cr3t")))) {
            assertFails(() -> get(server, "/"), Reason.UNSAFE_ADDRESS).hasMessageNotContaining("s3cr3t");
            assertThat(other.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:PORT/", "https://127.0.0.1:PORT/", "//localhost:PORT/", "file:///etc/x"})
    void sameServerByAnotherNameIsAnotherOrigin(String location) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.status(
                302,
                "",
                "",
                "Location: "
                        + location.replace("PORT", request.headers().get("host").split(":")[1])))) {
            assertFails(() -> get(server, "/"), Reason.UNSAFE_ADDRESS);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void redirectOfAPostIsAnAnswer() throws Exception {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.status(307, "", "", "Location: /elsewhere"))) {
            HTTPRequest post = new HTTPRequest(HTTPRequest.Method.POST, at(server, "/token"));
            post.setContentType("application/x-www-form-urlencoded");
            post.setBody("code=s3cr3t");
            assertThat(http(Reach.LOOPBACK)
                            .send(post, WHAT)
                            .map(HTTPResponse::getStatusCode)
                            .block(OAuthHost.LIMIT))
                    .isEqualTo(307);
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).body()).isEqualTo("code=s3cr3t");
        }
    }

    // bounds

    @Test
    void endlessBodyIsGivenUp() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            try {
                reply.raw("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (; ; ) {
                    reply.raw("1000\r\n" + " ".repeat(0x1000) + "\r\n");
                }
            } catch (IOException e) {
                gone.countDown();
                throw e;
            }
        })) {
            assertFails(() -> get(server, "/"), Reason.METADATA).hasMessageContaining("longer than 524288 bytes");
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void longestBodyIsRead() {
        String body = " ".repeat(GuardedHttp.MAX_BYTES);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json(body))) {
            assertThat(get(server, "/").getBody()).hasSize(GuardedHttp.MAX_BYTES);
        }
    }

    @Test
    void decompressedBodyIsBounded() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[16 * GuardedHttp.MAX_BYTES]);
        }
        assertThat(packed.size()).isLessThan(GuardedHttp.MAX_BYTES);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.raw("HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
            packed.writeTo(reply.output());
            reply.output().flush();
        })) {
            assertFails(() -> get(server, "/"), Reason.METADATA);
        }
    }

    /** Reports when the client has closed the connection. */
    private static void untilGone(HttpReply reply, CountDownLatch gone) throws IOException {
        reply.awaitDisconnect();
        gone.countDown();
    }

    @Test
    void slowServerTimesOut() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> untilGone(reply, gone))) {
            Mono<HTTPResponse> response =
                    http(Reach.LOOPBACK).get(at(server, "/s3cr3t"), WHAT).cache();
            response.subscribe(done -> {}, e -> {});
            timer.pass(Duration.ofSeconds(10));
            assertFails(() -> response.block(OAuthHost.LIMIT), Reason.UNAVAILABLE)
                    .hasMessageContaining("did not answer within 10000 ms")
                    .hasMessageNotContaining("s3cr3t");
            // unless the time was over before the connection was there
            assertThat(server.requests())
                    .satisfiesAnyOf(
                            requests -> assertThat(requests).isEmpty(),
                            requests ->
                                    assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue());
        }
    }

    @Test
    void slowBodyTimesOut() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Gate begun = new Gate();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.raw("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n{").await(begun);
            untilGone(reply, gone);
        })) {
            Mono<HTTPResponse> response =
                    http(Reach.LOOPBACK).get(at(server, "/"), WHAT).cache();
            response.subscribe(done -> {}, e -> {});
            begun.reached().block(OAuthHost.LIMIT);
            begun.open();
            timer.advance(Duration.ofSeconds(10));
            assertFails(() -> response.block(OAuthHost.LIMIT), Reason.UNAVAILABLE);
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancelClosesTheConnection() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Gate come = new Gate();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.await(come);
            untilGone(reply, gone);
        })) {
            Disposable request = http(Reach.LOOPBACK).get(at(server, "/"), WHAT).subscribe();
            come.reached().block(OAuthHost.LIMIT);
            come.open();
            request.dispose();
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void brokenAnswersAreTransient() {
        HttpHandler cut = (request, reply) -> reply.broken("application/json", "{\"a\":1}", 3);
        HttpHandler reset = (request, reply) -> reply.reset();
        HttpHandler garbage = (request, reply) -> reply.raw("s3cr3t\r\n\r\n").thenClose();
        for (HttpHandler handler : new HttpHandler[] {cut, reset, garbage}) {
            try (ScriptedHttpServer server = ScriptedHttpServer.start(handler)) {
                assertFails(() -> get(server, "/s3cr3t"), Reason.UNAVAILABLE)
                        .hasMessageContaining("http://127.0.0.1:" + server.port())
                        .hasMessageNotContaining("s3cr3t")
                        .satisfies(e -> assertThat(((McpAuthorizationException) e).isTransient())
                                .isTrue());
            }
        }
    }

    @Test
    void absentServerIsTransient() {
        ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json("{}"));
        server.close();
        assertFails(() -> get(server, "/s3cr3t"), Reason.UNAVAILABLE).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void nothingIsSentBeforeSubscription() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json("{}"))) {
            Mono<HTTPResponse> response = http(Reach.LOOPBACK).get(at(server, "/"), WHAT);
            assertThat(server.requests()).isEmpty();
            response.block(OAuthHost.LIMIT);
            response.block(OAuthHost.LIMIT);
            assertThat(server.requests()).hasSize(2);
        }
    }
}
