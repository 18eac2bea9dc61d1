package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.testing.InMemoryConnection;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Closes a session while it restarts a server that ended at the probe. */
class FreshConnectionTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SessionOptions options = SessionOptions.builder().timer(time).build();
    private final List<String> log = new ArrayList<>();
    private final SlowConnection first = new SlowConnection("first");
    private final SlowConnection second = new SlowConnection("second");
    private final Deque<Connection> connections = new ArrayDeque<>(List.of(first, second));
    private final Transport transport = new Transport() {
        @Override
        public String name() {
            return "s";
        }

        @Override
        public Connection connection() {
            return connections.remove();
        }
    };
    private final TestSubscriber<PeerInfo> opening = TestSubscriber.create();

    private McpSession probedToDeath() {
        McpSession session = McpSession.create(transport, options);
        session.open().subscribe(opening);
        first.opened.tryEmitEmpty();
        return session;
    }

    @Test
    void firstConnectionEndsBeforeSecondOpens() {
        probedToDeath();
        assertThat(log).containsExactly("open first", "server/discover on first", "close first");
        first.closed.tryEmitEmpty();
        assertThat(log).endsWith("close first", "open second");
    }

    @Test
    void closingWhileReconnectingClosesNewConnection() {
        McpSession session = probedToDeath();
        first.closed.tryEmitEmpty();
        TestSubscriber<Void> closing = TestSubscriber.create();
        session.close().subscribe(closing);
        assertThat(log).endsWith("open second", "close second");
        assertThat(closing.isTerminated()).isFalse();
        assertThat(opening.isTerminated())
                .as("who opens is told after the teardown")
                .isFalse();
        second.closed.tryEmitEmpty();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void closingDuringFirstCloseOpensNoOther() {
        McpSession session = probedToDeath();
        TestSubscriber<Void> closing = TestSubscriber.create();
        session.close().subscribe(closing);
        first.closed.tryEmitEmpty();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(log).doesNotContain("open second");
        assertThat(log.stream().filter("close first"::equals)).isNotEmpty();
    }

    @Test
    void cancellingWhileReconnectingClosesNewConnection() {
        TestSubscriber<Integer> use = TestSubscriber.create();
        McpSession.use(transport, options, session -> Mono.just(1)).subscribe(use);
        first.opened.tryEmitEmpty();
        first.closed.tryEmitEmpty();
        use.cancel();
        assertThat(log).endsWith("open second", "close second");
    }

    @Test
    void newConnectionIsClosedOnStartTimeout() {
        probedToDeath();
        first.closed.tryEmitEmpty();
        second.closed.tryEmitEmpty();
        time.advanceTimeBy(SessionOptions.DEFAULT_START_TIMEOUT.minus(Duration.ofMillis(1)));
        assertThat(opening.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(opening.expectTerminalError())
                .isInstanceOf(McpStartException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(McpTimeoutException.class));
        assertThat(log).endsWith("close second");
    }

    /** Opens and closes when the test decides, and ends at the first request. */
    private final class SlowConnection extends ForwardingConnection {
        private final String name;
        private final Sinks.Empty<Void> opened = Sinks.empty();
        private final Sinks.Empty<Void> closed = Sinks.empty();
        private final Sinks.One<Termination> terminated = Sinks.one();
        private volatile boolean ended;

        SlowConnection(String name) {
            super(Multiplexer.over("s", events -> new InMemoryConnection("s", message -> {})));
            this.name = name;
        }

        @Override
        public Mono<Void> open() {
            return opened.asMono().doOnSubscribe(s -> log.add("open " + name));
        }

        @Override
        public Flux<JsonRpcMessage> exchange(RequestSpec request) {
            return Flux.defer(() -> {
                log.add(request.method() + " on " + name);
                ended = true;
                terminated.tryEmitValue(Termination.lost("its process ended", Diagnostics.NONE, null));
                return Flux.error(new McpConnectionException("s", "its process ended"));
            });
        }

        @Override
        public Mono<Termination> onTermination() {
            return terminated.asMono();
        }

        @Override
        public boolean isTerminated() {
            return ended;
        }

        @Override
        public Mono<Void> close() {
            return closed.asMono()
                    .doOnSubscribe(s -> {
                        log.add("close " + name);
                        terminated.tryEmitValue(Termination.closed());
                    })
                    // closing ends an opening in progress
                    .doOnSuccess(v -> opened.tryEmitError(new McpClosedException("s", "it was closed")));
        }
    }
}
