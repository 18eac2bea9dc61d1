package dev.mcpflux.cli.install;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.transport.http.CancelledRequest;
import dev.mcpflux.transport.http.ProxySettings;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes GET requests: over TLS, or to this machine. Bodies are bounded, and so is the time in which nothing arrives. No
 * cookies or credentials are sent. Errors name the origin and never the whole URL.
 */
final class Fetch {

    private static final int REDIRECTS = 5;
    /** How many times longer than an answer a download may take. */
    private static final int DOWNLOAD = 60;

    private static final int REDIRECT_CLASS = 3;
    private static final int HUNDRED = 100;

    private final ProxySettings proxies;
    private final Duration timeout;

    Fetch(ProxySettings proxies, Duration timeout) {
        this.proxies = proxies;
        this.timeout = timeout;
    }

    /** A response with its whole body. */
    record Response(int status, byte[] body) {}

    /** Where a redirect leads, or the response. */
    private record Step<T>(@Nullable URI next, @Nullable T result) {}

    /**
     * Gets a document. A redirect is followed to the same origin only.
     *
     * @param what is asked for, for errors
     * @param max the largest body in bytes
     * @return emits the response, whatever its status; fails with {@link McpConnectionException}, {@link McpTimeoutException}
     *     or {@link McpConfigurationException}. <em>Cancellation</em> closes the connection.
     */
    Mono<Response> get(URI url, String what, int max) {
        return follow(
                        Addresses.checked(url, what),
                        what,
                        true,
                        REDIRECTS,
                        (head, content) -> content.reduceWith(ByteArrayOutputStream::new, (all, chunk) -> {
                                    if (all.size() + chunk.length > max) {
                                        throw tooLong(what, max);
                                    }
                                    all.writeBytes(chunk);
                                    return all;
                                })
                                .map(all -> new Response(head.status().code(), all.toByteArray())))
                .timeout(timeout)
                .onErrorMap(e -> failed(e, url, what));
    }

    /**
     * Downloads a file. A redirect is followed to any host, but not from https to http.
     *
     * @param file is created; whoever calls this removes it when it fails or is cancelled
     * @param max the largest size in bytes
     * @return completes when the file is complete; fails as {@link #get}. <em>Cancellation</em> closes the connection and the
     *     file.
     */
    Mono<Void> download(URI url, Path file, String what, long max) {
        return follow(Addresses.checked(url, what), what, false, REDIRECTS, (head, content) -> {
                    int status = head.status().code();
                    return status == 200
                            ? write(content.timeout(timeout), file, what, max).thenReturn(true)
                            : Mono.error(new McpConnectionException(
                                    null,
                                    what + " (" + Addresses.origin(url) + ") answered with HTTP status " + status));
                })
                .then()
                .timeout(timeout.multipliedBy(DOWNLOAD))
                .onErrorMap(e -> failed(e, url, what));
    }

    private static Mono<Void> write(Flux<byte[]> content, Path file, String what, long max) {
        return Flux.using(
                        () -> new Target(Files.newOutputStream(file), what, max),
                        target -> content.publishOn(Schedulers.boundedElastic(), 16)
                                .doOnNext(target::write),
                        Target::close)
                .then();
    }

    /** A file that is written, up to a limit. */
    private static final class Target {

        private final OutputStream out;
        private final String what;
        private final long max;
        private long written;

        Target(OutputStream out, String what, long max) {
            this.out = out;
            this.what = what;
            this.max = max;
        }

        void write(byte[] chunk) {
            written += chunk.length;
            if (written > max) {
                throw tooLong(what, max);
            }
            try {
                out.write(chunk);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private <T> Mono<T> follow(
            URI url,
            String what,
            boolean sameOrigin,
            int redirects,
            BiFunction<HttpClientResponse, Flux<byte[]>, Mono<T>> read) {
        HttpClient base = HttpClient.create(ConnectionProvider.newConnection())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()))
                .responseTimeout(timeout)
                .followRedirect(false)
                .disableRetry(true)
                .headers(h -> h.set(HttpHeaderNames.USER_AGENT, "mcpflux"));
        return proxies.through(sameOrigin ? base.compress(true) : base, url, timeout)
                .flatMapMany(client -> CancelledRequest.guarded(
                        client,
                        guarded -> guarded.get().uri(url).response((head, content) -> {
                            URI next = location(head, url);
                            return next == null
                                    ? read.apply(head, content.asByteArray()).map(result -> new Step<>(null, result))
                                    : Mono.just(new Step<T>(next, null));
                        })))
                .next()
                .flatMap(step -> step.next == null
                        ? Mono.justOrEmpty(step.result)
                        : follow(
                                redirect(url, step.next, what, sameOrigin, redirects),
                                what,
                                sameOrigin,
                                redirects - 1,
                                read));
    }

    private static @Nullable URI location(HttpClientResponse head, URI url) {
        String location = head.responseHeaders().get(HttpHeaderNames.LOCATION);
        if (head.status().code() / HUNDRED != REDIRECT_CLASS || location == null) {
            return null;
        }
        try {
            return url.resolve(location);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Where a redirect leads, if it may be followed. */
    static URI redirect(URI from, URI to, String what, boolean sameOrigin, int redirects) {
        boolean stays = Addresses.origin(to).equals(Addresses.origin(from));
        boolean downgraded = "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
        if (redirects == 0 || (sameOrigin && !stays) || downgraded) {
            throw new McpConfigurationException(
                    null,
                    what + " (" + Addresses.origin(from) + ") redirects to " + Addresses.origin(to)
                            + ", which is not followed"
                            + (redirects == 0 ? ": too many redirects" : ""));
        }
        return Addresses.checked(to, what);
    }

    private static McpConfigurationException tooLong(String what, long max) {
        return new McpConfigurationException(null, what + " is longer than " + max + " bytes");
    }

    private Throwable failed(Throwable e, URI url, String what) {
        if (e instanceof McpException) {
            return e;
        }
        String place = what + " (" + Addresses.origin(url) + ")";
        if (e instanceof TimeoutException || e instanceof io.netty.handler.timeout.ReadTimeoutException) {
            return new McpTimeoutException(
                    null, McpTimeoutException.Phase.REQUEST, "waiting for " + place, timeout, Diagnostics.NONE);
        }
        if (e instanceof UncheckedIOException io) {
            Throwable reason = Objects.requireNonNullElse(io.getCause(), io);
            return new McpConnectionException(
                    null, place + " cannot be stored: " + reason.getClass().getSimpleName());
        }
        String reason = e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                reason = "its host is not known";
            } else if (cause instanceof SSLException) {
                reason = "its certificate is not trusted, or TLS failed";
            } else if (cause instanceof java.net.ConnectException) {
                reason = "the connection is refused";
            }
        }
        // the message of a failed connection may quote the whole address
        return new McpConnectionException(null, place + " cannot be reached: " + reason);
    }
}
