package dev.mcpflux.host.server;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Transport;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A server in memory whose connections stand for processes: they live from their opening until their close has ended, also
 * where they were lost meanwhile. Opening and closing can be refused and held up, and what lives is counted.
 */
public final class FaultyServer implements Transport {

    private final String name;
    private final InMemoryServer memory;
    private final boolean remote;
    private final Set<Connection> live = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private volatile @Nullable McpException refusal;
    private volatile Mono<Void> opening = Mono.empty();
    private volatile Mono<Void> closing = Mono.empty();

    public FaultyServer(String name, boolean remote) {
        this.name = name;
        this.remote = remote;
        this.memory = InMemoryServer.named(name);
    }

    /** What it offers and has received. */
    public InMemoryServer memory() {
        return memory;
    }

    /** Connections cannot be opened from now on; null for as usual. */
    public FaultyServer refuse(@Nullable McpException error) {
        refusal = error;
        return this;
    }

    /** Connections cannot be opened from now on, for now. */
    public FaultyServer refuse() {
        return refuse(new McpStartException(name, "it does not start", Diagnostics.NONE, null, true));
    }

    /** Each opening from now on waits for this. */
    public FaultyServer opening(Mono<Void> gate) {
        opening = gate;
        return this;
    }

    /** Each close from now on waits for this. */
    public FaultyServer closing(Mono<Void> gate) {
        closing = gate;
        return this;
    }

    /** All connections end, as those of a process that crashes. */
    public void crash() {
        memory.disconnect();
    }

    /** How many connections have been opened and are not closed. */
    public int live() {
        return live.size();
    }

    /** How many have been opened so far, with success or not. */
    public int opened() {
        return opened.get();
    }

    /** The largest number that lived at the same time. */
    public int most() {
        return most.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean remote() {
        return remote;
    }

    @Override
    public Connection connection() {
        return new Link(memory.transport().connection());
    }

    private final class Link extends ForwardingConnection {
        private final Mono<Void> close;
        // guarded by this
        private boolean closed;

        Link(Connection delegate) {
            super(delegate);
            close = Mono.defer(() ->
                            delegate().close().then(Mono.defer(() -> closing)).doOnTerminate(() -> live.remove(this)))
                    .cache();
        }

        @Override
        public Mono<Void> open() {
            return Mono.defer(() -> {
                opened.incrementAndGet();
                McpException refused = refusal;
                if (refused != null) {
                    return Mono.error(refused);
                }
                begin();
                return opening.then(Mono.defer(super::open));
            });
        }

        /** One that was closed before does not open any more. */
        private synchronized void begin() {
            if (!closed) {
                live.add(this);
                most.accumulateAndGet(live.size(), Math::max);
            }
        }

        private synchronized void gone() {
            closed = true;
            live.remove(this);
        }

        @Override
        public Mono<Void> close() {
            return close;
        }

        @Override
        public Mono<String> closeNow() {
            return super.closeNow().doFinally(end -> gone());
        }
    }
}
