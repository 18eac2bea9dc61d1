package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;

import dev.mcpflux.jsonrpc.McpJson;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** A server of the modern era behind TLS, whose tools tell of the request that they were called by. */
final class TlsServer implements AutoCloseable {

    private final X509Bundle certificate;
    private final DisposableServer server;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts one, with a certificate that nobody knows.
     *
     * @param two whether it speaks HTTP/2 as well
     * @param tells what every call is answered with
     */
    TlsServer(boolean two, Function<HttpServerRequest, String> tells) {
        try {
            this.certificate = new CertificateBuilder()
                    .subject("CN=localhost")
                    .addSanDnsName("localhost")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        var key = certificate.getKeyPair().getPrivate();
        var path = certificate.getCertificatePath();
        HttpServer plain = HttpServer.create().host("localhost").port(0).compress(true);
        HttpServer secure = two
                ? plain.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
                        .secure(tls -> tls.sslContext(spec(Http2SslContextSpec.forServer(key, path))))
                : plain.secure(tls -> tls.sslContext(spec(Http11SslContextSpec.forServer(key, path))));
        this.server = secure.doOnConnection(this::opened)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString(StandardCharsets.UTF_8)
                        .flatMap(body -> response.header("Content-Type", "application/json")
                                .sendString(Mono.just(answer(body, tells.apply(request))))
                                .then()))
                .bindNow(LIMIT);
    }

    private void opened(Connection connection) {
        open.add(connection);
        connection.onDispose(() -> open.remove(connection));
    }

    private static String answer(String body, String told) {
        var message = McpJson.mapper().readTree(body);
        String result = message.path("method").asString().equals("server/discover")
                ? "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}"
                : TEXT.replace("done", told);
        return "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}";
    }

    private static GenericSslContextSpec<?> spec(GenericSslContextSpec<?> spec) {
        return spec;
    }

    /** Reaches it, and trusts nobody. */
    HttpTransport.Builder stranger() {
        return HttpTransport.builder("srv", "https://localhost:" + server.port() + "/mcp");
    }

    /** Reaches it, and trusts it. */
    HttpTransport.Builder transport() {
        return stranger()
                .customize(client -> client.secure(tls -> tls.sslContext(spec(Http2SslContextSpec.forClient()
                        .configure(context -> context.trustManager(certificate.getRootCertificate()))))));
    }

    /** How many connections of TCP there are. */
    int connections() {
        return open.size();
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
