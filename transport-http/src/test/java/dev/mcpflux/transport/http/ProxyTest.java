package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.netty.transport.ProxyProvider;

/** A proxy is a setting of Reactor Netty's client; what goes wrong there is told as of any server. */
class ProxyTest {

    private static final String NOWHERE = "http://mcp.invalid:8099/mcp";
    private static final String PASSWORD = "open-sesame";

    /** Connects whoever asks for it to one server, whatever name was asked for. */
    static ScriptedHttpServer proxyTo(ScriptedHttpServer server, @Nullable String authorization) {
        return ScriptedHttpServer.start((request, reply) -> {
            if (!request.httpMethod().equals("CONNECT")
                    || (authorization != null && !authorization.equals(request.header("proxy-authorization")))) {
                reply.status(407, "", "", "Proxy-Authenticate: Basic");
                return;
            }
            try (Socket there = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                reply.raw("HTTP/1.1 200 Connection established\r\n\r\n");
                Thread back = new Thread(() -> copy(there, reply.output()), "proxy-back");
                back.setDaemon(true);
                back.start();
                forward(reply.input(), there.getOutputStream());
            }
        });
    }

    private static void forward(InputStream from, OutputStream to) throws IOException {
        for (int read = from.read(); read >= 0; read = from.read()) {
            to.write(read);
            if (from.available() == 0) {
                to.flush();
            }
        }
    }

    private static void copy(Socket from, OutputStream to) {
        try (InputStream in = from.getInputStream()) {
            in.transferTo(to);
        } catch (IOException e) {
            // either side has gone
        }
    }

    private static HttpTransport.Builder through(ScriptedHttpServer proxy, String password) {
        return HttpTransport.builder("srv", NOWHERE)
                .customize(client -> client.proxy(spec -> spec.type(ProxyProvider.Proxy.HTTP)
                        .host("127.0.0.1")
                        .port(proxy.port())
                        .username("ada")
                        .password(user -> password)));
    }

    private static String basic(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("ada:" + password).getBytes());
    }

    /** The name is one that only the proxy knows. */
    @Test
    void requestsGoThroughAProxyThatWantsAPassword() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(TEXT)));
                ScriptedHttpServer proxy = proxyTo(server, basic(PASSWORD))) {
            McpSession session = open(through(proxy, PASSWORD), options -> options);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(server.requests()).allSatisfy(request -> {
                assertThat(request.header("host")).isEqualTo("mcp.invalid:8099");
                assertThat(request.header("proxy-authorization")).isNull();
            });
            assertThat(proxy.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.path()).isEqualTo("mcp.invalid:8099"));
            closed(session, server);
            eventually(() -> proxy.connections() == 0);
        }
    }

    @Test
    void aProxyThatRefusesIsNamedAndItsPasswordIsNot() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(TEXT)));
                ScriptedHttpServer proxy = proxyTo(server, basic(PASSWORD))) {
            assertThatThrownBy(() -> open(through(proxy, "wrong-guess"), options -> options))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("srv")
                    .hasMessageContaining("http://mcp.invalid:8099 cannot be reached")
                    .hasMessageContaining("127.0.0.1:" + proxy.port())
                    .hasMessageContaining("407")
                    .satisfies(failure::set);
            for (Throwable e = failure.get(); e != null; e = e.getCause()) {
                assertThat(e.toString()).doesNotContain("wrong-guess").doesNotContain(basic("wrong-guess"));
            }
            assertThat(server.requests()).isEmpty();
            eventually(() -> proxy.connections() == 0);
        }
    }

    private static HttpTransport.Builder by(String url, ScriptedHttpServer proxy, String user) {
        return HttpTransport.builder("srv", url)
                .proxy(ProxySettings.of("http://" + user + "127.0.0.1:" + proxy.port()));
    }

    /** A name that {@code java.net.URI} does not know for one. */
    @Test
    void hostsWithUnderscoresAreReached() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
                    if (request.path().equals("/old")) {
                        reply.status(307, "", "", "Location: http://mcp_server:8099/mcp");
                    } else {
                        reply.result(TEXT);
                    }
                }));
                ScriptedHttpServer proxy = proxyTo(server, null)) {
            for (String path : List.of("/mcp", "/old")) {
                McpSession session = open(by("http://mcp_server:8099" + path, proxy, ""), options -> options);
                assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
                closed(session, server);
            }
            assertThat(server.requests())
                    .allSatisfy(request -> assertThat(request.header("host")).isEqualTo("mcp_server:8099"));
            assertThat(proxy.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.path()).isEqualTo("mcp_server:8099"));
            eventually(() -> proxy.connections() == 0);
        }
    }

    @Test
    void settingsNameAProxyThatWantsAPassword() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(TEXT)));
                ScriptedHttpServer proxy = proxyTo(server, basic(PASSWORD))) {
            McpSession session = open(by(NOWHERE, proxy, "ada:" + PASSWORD + "@"), options -> options);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            closed(session, server);
            assertThatThrownBy(() -> open(by(NOWHERE, proxy, "ada:wrong-guess@"), options -> options))
                    .isInstanceOfSatisfying(
                            McpConnectionException.class,
                            e -> assertThat(e.isTransient()).isFalse())
                    .hasMessageContaining("through the proxy http://127.0.0.1:" + proxy.port())
                    .hasMessageContaining("407")
                    .hasMessageNotContaining("wrong-guess");
            eventually(() -> proxy.connections() == 0);
        }
    }

    @Test
    void proxyThatIsNotThereIsNamed() {
        int port;
        try (ScriptedHttpServer proxy = ScriptedHttpServer.start((request, reply) -> reply.thenClose())) {
            port = proxy.port();
        }
        HttpTransport.Builder transport =
                HttpTransport.builder("srv", NOWHERE).proxy(ProxySettings.of("http://127.0.0.1:" + port));
        assertThatThrownBy(() -> open(transport, options -> options))
                .isInstanceOf(McpConnectionException.class)
                .hasMessageContaining("http://mcp.invalid:8099 through the proxy http://127.0.0.1:" + port
                        + " cannot be reached: the connection was refused");
    }
}
