package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** The one way from a host to a session. */
class ServerHandleTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("a").handshake();
    private McpHost host = host(peer);

    private McpHost host(ScriptedPeer one) {
        return host(ServerDefinition.of(one.transport()));
    }

    private McpHost host(ServerDefinition server) {
        return McpHost.create(HostConfig.builder()
                .server(server)
                .shutdownHook(false)
                .session(options -> options.timer(time))
                .build());
    }

    @AfterEach
    void close() {
        host.close().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(1));
        host.closed().block();
    }

    @Test
    void waitsUntilTheServerIsReady() {
        TestSubscriber<String> used = TestSubscriber.create();
        host.server("a").use(session -> Flux.just(session.name(), "x")).subscribe(used);
        assertThat(used.getReceivedOnNext()).isEmpty();

        host.start().block();

        assertThat(used.getReceivedOnNext()).containsExactly("a", "x");
        assertThat(used.isTerminatedComplete()).isTrue();
        assertThat(host.server("a").status().state()).isEqualTo(ServerState.READY);
    }

    @Test
    void eachSubscriptionCallsTheBody() {
        host.start().block();
        AtomicInteger calls = new AtomicInteger();
        Mono<Integer> use = host.server("a").useOne(session -> Mono.just(calls.incrementAndGet()));
        assertThat(calls).hasValue(0);
        StepVerifier.create(use.concatWith(use)).expectNext(1, 2).verifyComplete();
    }

    @Test
    void cancellationReachesTheBody() {
        host.start().block();
        TestPublisher<String> work = TestPublisher.create();
        host.server("a").use(session -> work).subscribe().dispose();
        work.assertCancelled();
    }

    @Test
    void cancelledWaitingCallsNoBody() {
        AtomicBoolean called = new AtomicBoolean();
        host.server("a")
                .use(session -> Mono.fromRunnable(() -> called.set(true)))
                .subscribe()
                .dispose();
        host.start().block();
        assertThat(called).isFalse();
    }

    @Test
    void bodyThatThrowsFails() {
        host.start().block();
        ServerHandle server = host.server("a");
        StepVerifier.create(server.use(session -> {
                    throw new NoClassDefFoundError("flux");
                }))
                .verifyErrorMessage("flux");
        StepVerifier.create(server.useOne(session -> {
                    throw new NoClassDefFoundError("mono");
                }))
                .verifyErrorMessage("mono");
    }

    @Test
    void failedServerIsUnavailable() {
        host = host(new ServerDefinition.Invalid("bad", "it is wrong", null, ServerOptions.defaults()));
        host.start().block();
        StepVerifier.create(host.server("bad").use(McpSession::listTools))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpServerUnavailableException.class)
                        .hasMessageContaining("it is wrong"));
    }

    @Test
    void disabledServerIsUnavailable() {
        host = host(ServerDefinition.of(peer.transport()).with(options -> options.disabled("the file")));
        StepVerifier.create(host.server("a").useOne(McpSession::ping))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("switched off by the file"));
    }

    @Test
    void closedServerIsUnavailable() {
        host.start().block();
        host.close().block();
        StepVerifier.create(host.server("a").useOne(McpSession::ping))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpServerUnavailableException.class,
                                gone -> assertThat(gone.state()).isEqualTo(ServerState.CLOSED)));
    }

    @Test
    void waitingEndsWhenTheHostIsClosed() {
        TestSubscriber<Void> waiting = TestSubscriber.create();
        host.server("a").useOne(McpSession::ping).subscribe(waiting);
        host.close().block();
        assertThat(waiting.expectTerminalError()).isInstanceOf(McpServerUnavailableException.class);
    }

    @Test
    void unknownNameIsRefusedAtOnce() {
        assertThatThrownBy(() -> host.server("b"))
                .isInstanceOf(McpConfigurationException.class)
                .hasMessage("no server is called 'b'; there is a");
    }

    @Test
    void wrongContextCallsNoBody() {
        host.start().block();
        StepVerifier.create(host.server("a")
                        .use(session -> Mono.error(new AssertionError("called")))
                        .contextWrite(context -> context.put(CallContext.PRINCIPAL, Mono.just("me"))))
                .verifyError(IllegalArgumentException.class);
    }
}
