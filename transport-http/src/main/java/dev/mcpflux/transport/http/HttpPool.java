package dev.mcpflux.transport.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

/**
 * The connections of TCP that transports share: those of one host, as a rule. It holds nothing before the first of them is
 * open and nothing after the last is closed, so nobody has to close it. Connections with other settings of TLS or proxies are
 * kept apart.
 */
public final class HttpPool {

    private static final int WAITING = 1000;

    private final AtomicReference<@Nullable Shared> shared = new AtomicReference<>();

    private HttpPool() {}

    /** A pool of its own. */
    public static HttpPool create() {
        return new HttpPool();
    }

    /** What is there while somebody uses it. */
    private record Shared(ConnectionProvider provider, int users) {}

    /** The connections, for one more user, who gives them back by {@link #release}. The first one's options count. */
    ConnectionProvider acquire(HttpOptions options) {
        ConnectionProvider fresh = null;
        for (; ; ) {
            Shared before = shared.get();
            if (before == null && fresh == null) {
                fresh = provider(options);
            }
            ConnectionProvider provider = before == null ? fresh : before.provider;
            if (provider != null
                    && shared.compareAndSet(before, new Shared(provider, before == null ? 1 : before.users + 1))) {
                return provider;
            }
        }
    }

    private static ConnectionProvider provider(HttpOptions options) {
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
    Mono<Void> release() {
        for (; ; ) {
            Shared before = shared.get();
            if (before == null) {
                return Mono.empty();
            }
            Shared after = before.users == 1 ? null : new Shared(before.provider, before.users - 1);
            if (shared.compareAndSet(before, after)) {
                return after == null ? before.provider.disposeLater() : Mono.empty();
            }
        }
    }
}
