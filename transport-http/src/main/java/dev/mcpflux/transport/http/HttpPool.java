package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

/**
 * The TCP connections that several transports share, as a rule those of one host. It holds nothing before the first transport is
 * open and nothing after the last one is closed, so it need not be closed. Servers with different headers share no connections,
 * nor do those with different settings of TLS or proxies; and each {@link Caller} ({@link Caller#PRINCIPAL}, {@link
 * HttpTransport#HEADERS}) has connections of its own.
 */
public final class HttpPool {

    private static final int MAX_WAITING = 1000;

    /** By the headers that servers are given. */
    private final Map<Map<String, String>, Shared> shared = new ConcurrentHashMap<>();

    private HttpPool() {}

    /** A new pool. */
    public static HttpPool create() {
        return new HttpPool();
    }

    /** Connections, and how many transports use them. */
    private record Shared(ConnectionProvider provider, int users) {}

    /**
     * The connections, for one more transport, which gives them back with {@link #release}. The options of the first one count.
     *
     * @param headers those that its server is given
     */
    ConnectionProvider acquire(Map<String, String> headers, HttpOptions options) {
        Shared now = shared.compute(
                headers,
                (key, before) -> before == null
                        ? new Shared(provider(options), 1)
                        : new Shared(before.provider, before.users + 1));
        return Objects.requireNonNull(now).provider;
    }

    /** New connections; none is opened before it is needed. */
    static ConnectionProvider provider(HttpOptions options) {
        Duration idle = options.keepIdle();
        return ConnectionProvider.builder("mcpflux")
                .maxConnections(options.maxConnections())
                .pendingAcquireMaxCount(MAX_WAITING)
                .pendingAcquireTimeout(Duration.ofSeconds(45))
                .maxIdleTime(idle)
                .evictInBackground(idle)
                .lifo()
                .build();
    }

    /** One transport less; after the last one, completes when the connections are closed. */
    Mono<Void> release(Map<String, String> headers) {
        Shared held = shared.get(headers);
        if (held == null) {
            return Mono.empty();
        }
        Shared left = shared.computeIfPresent(
                headers, (key, before) -> before.users == 1 ? null : new Shared(before.provider, before.users - 1));
        return left == null ? held.provider.disposeLater() : Mono.empty();
    }
}
