package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

/**
 * The connections of TCP that transports share: those of one host, as a rule. It holds nothing before the first of them is
 * open and nothing after the last is closed, so nobody has to close it. Servers that are given other headers do not share
 * connections, nor do those with other settings of TLS or proxies; and who calls on somebody's behalf ({@link
 * Caller#PRINCIPAL}, {@link HttpTransport#HEADERS}) has connections that nobody else uses.
 */
public final class HttpPool {

    private static final int WAITING = 1000;

    /** What there is, by the headers that servers are given. */
    private final Map<Map<String, String>, Shared> shared = new ConcurrentHashMap<>();

    private HttpPool() {}

    /** A pool of its own. */
    public static HttpPool create() {
        return new HttpPool();
    }

    /** What is there while somebody uses it. */
    private record Shared(ConnectionProvider provider, int users) {}

    /**
     * The connections, for one more user, who gives them back by {@link #release}. The first one's options count.
     *
     * @param headers what the user's server is given
     */
    ConnectionProvider acquire(Map<String, String> headers, HttpOptions options) {
        Shared now = shared.compute(
                headers,
                (key, before) -> before == null
                        ? new Shared(provider(options), 1)
                        : new Shared(before.provider, before.users + 1));
        return Objects.requireNonNull(now).provider;
    }

    /** Connections that nobody has yet. */
    static ConnectionProvider provider(HttpOptions options) {
        Duration idle = options.keepIdle();
        // nothing is opened before it is needed
        return ConnectionProvider.builder("mcpflux")
                .maxConnections(options.maxConnections())
                .pendingAcquireMaxCount(WAITING)
                .pendingAcquireTimeout(Duration.ofSeconds(45))
                .maxIdleTime(idle)
                .evictInBackground(idle)
                .lifo()
                .build();
    }

    /** One user less; completes when the connections are closed, if that was the last. */
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
