package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.auth.oauth.RedirectReceiver.Listener;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

class LoopbackListenerTest {

    private final Listener listener = RedirectReceiver.loopback().listener();

    @AfterEach
    void close() {
        listener.close().block(OAuthHost.LIMIT);
    }

    private URI open() {
        return Objects.requireNonNull(listener.open(null).block(OAuthHost.LIMIT));
    }

    private static int get(String url) {
        return Objects.requireNonNull(AuthServer.get(url).block(OAuthHost.LIMIT));
    }

    private static void assertClosed(URI address) {
        assertThatThrownBy(() -> AuthServer.get(address.toString()).block(OAuthHost.LIMIT))
                .hasRootCauseInstanceOf(ConnectException.class);
    }

    @Test
    void callbackEmitsTheWholeAddress() {
        URI address = open();
        Mono<URI> callback = listener.callback("st").cache();
        callback.subscribe();
        assertThat(get(address + "?code=c&state=st")).isEqualTo(200);
        assertThat(callback.block(OAuthHost.LIMIT)).hasQuery("code=c&state=st");
    }

    @Test
    void listensOnTheLoopbackAddressOnly() {
        assertThat(open().getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void callbackBeforeALoginDoesNotCount() {
        URI address = open();
        assertThat(get(address + "?code=c&state=null")).isEqualTo(404);
        assertThat(get(address + "?code=c")).isEqualTo(404);
    }

    @Test
    void secondCallbackChangesNothing() {
        URI address = open();
        Mono<URI> callback = listener.callback("st");
        get(address + "?code=first&state=st");
        get(address + "?code=second&state=st");
        assertThat(callback.block(OAuthHost.LIMIT)).hasQuery("code=first&state=st");
    }

    @Test
    void pageContainsNothingOfTheRequest() {
        URI address = open();
        listener.callback("st");
        for (String query : new String[] {
            "?code=s3cr3t&state=st&x=%3Cscript%3E",
            "?error=s3cr3t&error_description=%3Cscript%3E&state=st",
            "?s3cr3t=%3Cscript%3E"
        }) {
            HttpClient.newConnection()
                    .get()
                    .uri(address + query)
                    .responseSingle((head, body) -> body.asString().doOnNext(page -> {
                        assertThat(page).contains("<h1>").doesNotContain("s3cr3t", "<script");
                        assertThat(head.responseHeaders().get("Content-Security-Policy"))
                                .startsWith("default-src 'none'");
                        assertThat(head.responseHeaders().get("Referrer-Policy"))
                                .isEqualTo("no-referrer");
                        assertThat(head.responseHeaders().get("Cache-Control")).isEqualTo("no-store");
                    }))
                    .block(OAuthHost.LIMIT);
        }
    }

    @Test
    void addressesThatAreNoUrlDoNotCount() throws Exception {
        URI address = open();
        listener.callback("st");
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /callback?code=a|b&state=st HTTP/1.1\r\nHost: h\r\n\r\n".getBytes("US-ASCII"));
            assertThat(new String(socket.getInputStream().readAllBytes(), "UTF-8"))
                    .contains(" 404 ");
        }
    }

    @Test
    void closeFreesThePort() throws Exception {
        URI address = open();
        listener.close().block(OAuthHost.LIMIT);
        assertClosed(address);
        try (ServerSocket socket = new ServerSocket(address.getPort(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void closeMayBeCalledAgain() {
        URI address = open();
        listener.close().block(OAuthHost.LIMIT);
        listener.close().block(OAuthHost.LIMIT);
        assertClosed(address);
    }

    @Test
    void closedListenerDoesNotOpen() {
        listener.close().block(OAuthHost.LIMIT);
        assertThat(listener.open(null).blockOptional(OAuthHost.LIMIT)).isEmpty();
    }

    @Test
    void cancelWhileOpeningLeavesNoPort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        URI address = URI.create("http://127.0.0.1:" + port + "/callback");
        Listener fixed = RedirectReceiver.loopback(port).listener();
        fixed.open(null).subscribe().dispose();
        fixed.close().block(OAuthHost.LIMIT);
        // opened anew after all that the first attempt may have begun
        Listener next = RedirectReceiver.loopback(port).listener();
        assertThat(next.open(null).retry(100).block(OAuthHost.LIMIT)).isEqualTo(address);
        next.close().block(OAuthHost.LIMIT);
        assertClosed(address);
    }

    @Test
    void preferredPortIsTaken() {
        URI address = open();
        listener.close().block(OAuthHost.LIMIT);
        Listener again = RedirectReceiver.loopback().listener();
        assertThat(again.open(address).block(OAuthHost.LIMIT)).isEqualTo(address);
        again.close().block(OAuthHost.LIMIT);
    }

    @Test
    void anotherPortReplacesOneThatIsTaken() {
        URI address = open();
        Listener other = RedirectReceiver.loopback().listener();
        assertThat(other.open(address).block(OAuthHost.LIMIT)).isNotNull().isNotEqualTo(address);
        other.close().block(OAuthHost.LIMIT);
    }

    @Test
    void fixedPortHasNoReplacement() {
        URI address = open();
        Listener other = RedirectReceiver.loopback(address.getPort()).listener();
        assertThatThrownBy(() -> other.open(null).block(OAuthHost.LIMIT)).isInstanceOf(RuntimeException.class);
        other.close().block(OAuthHost.LIMIT);
    }
}
