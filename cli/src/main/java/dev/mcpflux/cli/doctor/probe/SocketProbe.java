package dev.mcpflux.cli.doctor.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Blocking sockets on threads that may block; closing a socket ends what waits for it. */
final class SocketProbe implements NetworkProbe {

    /** Work with a socket. */
    private interface Work<T> {
        T with(Socket socket) throws IOException;
    }

    private final Duration limit;

    SocketProbe(Duration limit) {
        this.limit = limit;
    }

    @Override
    public Mono<Void> resolve(String host) {
        return Mono.fromCallable(() -> InetAddress.getAllByName(host))
                .subscribeOn(Schedulers.boundedElastic())
                .timeout(limit, Mono.error(() -> new UnknownHostException(host)))
                .then();
    }

    @Override
    public Mono<Void> connect(String host, int port) {
        return using(host, port, socket -> true).then();
    }

    @Override
    public Mono<Instant> certificate(String host, int port) {
        return using(host, port, socket -> {
            try (SSLSocket secure = (SSLSocket)
                    ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(socket, host, port, true)) {
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                secure.startHandshake();
                return ((X509Certificate) secure.getSession().getPeerCertificates()[0])
                        .getNotAfter()
                        .toInstant();
            }
        });
    }

    private <T> Mono<T> using(String host, int port, Work<T> work) {
        return Mono.using(
                Socket::new,
                socket -> Mono.fromCallable(() -> {
                            int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, limit.toMillis()));
                            socket.setSoTimeout(millis);
                            socket.connect(new InetSocketAddress(host, port), millis);
                            return work.with(socket);
                        })
                        .subscribeOn(Schedulers.boundedElastic()),
                SocketProbe::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // there is nothing left that could be done about it
        }
    }
}
