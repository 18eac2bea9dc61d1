package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;

/** Hosts and servers of a test: what it opens is closed after it, and nothing is left. */
abstract class RealServers {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Set<Long> before = Leftovers.processes();
    private final List<McpHost> opened = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> servers = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeft() throws Exception {
        opened.forEach(host -> host.close().block(LIMIT));
        for (AutoCloseable server : servers) {
            server.close();
        }
        Leftovers.assertNone(before);
    }

    final <S extends AutoCloseable> S closing(S server) {
        servers.add(server);
        return server;
    }

    /**
     * A host of one server. It is waited for: the first one of a JVM has many classes to load. It is started again by a call or by
     * hand only, so that a test decides when.
     */
    final McpHost open(Transport transport, UnaryOperator<SessionOptions.Builder> options) {
        SessionOptions.Builder patient =
                SessionOptions.builder().startTimeout(LIMIT).probeTimeout(LIMIT);
        McpHost host = value(McpHost.open(HostConfig.builder()
                .session(options.apply(patient).build())
                .server(ServerDefinition.of(transport)
                        .with(server -> server.restart(restart -> restart.enabled(false))))
                .build()));
        opened.add(host);
        return host;
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** A session that is just being begun anew, or whose lists are, asks by itself: that ends. What was left would not. */
    static void nothingIsPending(McpHost host) {
        eventually(() -> host.pendingRequests() == 0);
    }

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    static String call(McpHost host, String tool, Map<String, ?> arguments) {
        return value(host.callTool(tool, arguments)).text();
    }
}
