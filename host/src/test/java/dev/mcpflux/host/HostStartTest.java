package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A host that is created before it is started, and one that is used for one result. */
class HostStartTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("a").handshake();
    private final List<String> states = new CopyOnWriteArrayList<>();

    private HostConfig.Builder configuration() {
        return HostConfig.builder().shutdownHook(false).session(options -> options.timer(time));
    }

    private static ServerDefinition required(ServerDefinition server) {
        return server.with(options -> options.required(true));
    }

    private static ServerDefinition invalid() {
        return required(new ServerDefinition.Invalid("bad", "it is wrong", null, ServerOptions.defaults()));
    }

    private McpHost watched(McpHost host) {
        EventSink.direct(host.events())
                .ofType(HostEvent.StateChanged.class)
                .subscribe(e -> states.add(e.server() + " " + e.to()));
        return host;
    }

    private McpHost created() {
        return watched(McpHost.create(configuration().server(peer.transport()).build()));
    }

    private static ServerState state(McpHost host) {
        return host.servers().get(0).state();
    }

    // -- create and start

    @Test
    void createdHostRunsNothing() {
        McpHost host = created();
        Mono<Void> start = host.start();

        assertThat(state(host)).isEqualTo(ServerState.PENDING);
        assertThat(peer.receivedMethods()).isEmpty();
        StepVerifier.create(start).verifyComplete();
        assertThat(state(host)).isEqualTo(ServerState.READY);
        host.close().block();
    }

    @Test
    void startRunsOnce() {
        McpHost host = created();
        StepVerifier.create(Mono.when(host.start(), host.start())).verifyComplete();
        StepVerifier.create(host.start()).verifyComplete();

        assertThat(peer.receivedMethods()).filteredOn("initialize"::equals).hasSize(1);
        host.close().block();
    }

    @Test
    void eventsBeforeTheStartMissNothing() {
        McpHost host = created();
        host.start().block();
        host.close().block();

        assertThat(states).containsExactly("a starting", "a ready", "a closing", "a closed");
    }

    @Test
    void failedStartClosesTheHostFirst() {
        McpHost host = watched(McpHost.create(
                configuration().server(peer.transport()).server(invalid()).build()));

        StepVerifier.create(host.start().doOnError(e -> assertThat(states).contains("a closed")))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpServerUnavailableException.class)
                        .hasMessageContaining("it is wrong"));
        StepVerifier.create(host.closed()).verifyComplete();
        StepVerifier.create(host.start()).verifyError(McpServerUnavailableException.class);
    }

    @Test
    void cancelledStartGoesOnUntilClosed() {
        ScriptedPeer silent = ScriptedPeer.named("a").expect("server/discover");
        McpHost host = McpHost.create(configuration().server(silent.transport()).build());
        TestSubscriber<Void> impatient = TestSubscriber.create();
        host.start().subscribe(impatient);
        impatient.cancel();

        assertThat(state(host)).isEqualTo(ServerState.STARTING);
        host.close().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(1));
        host.closed().block();
        assertThat(state(host)).isEqualTo(ServerState.CLOSED);
    }

    @Test
    void startOfAHostThatIsClosedMeanwhileFails() {
        ScriptedPeer silent = ScriptedPeer.named("a").expect("server/discover");
        McpHost host = McpHost.create(configuration().server(silent.transport()).build());
        TestSubscriber<Void> starting = TestSubscriber.create();
        host.start().subscribe(starting);
        host.close().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(1));
        host.closed().block();

        starting.block();
        assertThat(starting.expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void closedHostIsNotStarted() {
        McpHost host = created();
        host.close().block();

        StepVerifier.create(host.start()).verifyError(McpClosedException.class);
        assertThat(peer.receivedMethods()).isEmpty();
        assertThat(state(host)).isEqualTo(ServerState.CLOSED);
    }

    // -- use for one result

    @Test
    void resultComesAfterTheShutdown() {
        StepVerifier.create(
                        McpHost.useOne(configuration().server(peer.transport()).build(), host -> {
                                    watched(host);
                                    return Mono.just("result");
                                })
                                .doOnNext(result -> assertThat(states).endsWith("a closed")))
                .expectNext("result")
                .verifyComplete();
    }

    @Test
    void noResultIsEmptyAfterTheShutdown() {
        StepVerifier.create(McpHost.useOne(
                                configuration().server(peer.transport()).build(),
                                host -> Mono.<String>empty().doOnSubscribe(s -> watched(host)))
                        .doOnSuccess(nothing -> assertThat(states).endsWith("a closed")))
                .verifyComplete();
    }

    @Test
    void errorComesAfterTheShutdown() {
        StepVerifier.create(
                        McpHost.useOne(configuration().server(peer.transport()).build(), host -> {
                                    watched(host);
                                    return Mono.error(new IllegalStateException("mine"));
                                })
                                .doOnError(e -> assertThat(states).endsWith("a closed")))
                .verifyErrorMessage("mine");
    }

    @Test
    void cancellationShutsDown() {
        Sinks.One<McpHost> used = Sinks.one();
        TestSubscriber<Object> work = TestSubscriber.create();
        McpHost.useOne(configuration().server(peer.transport()).build(), host -> {
                    used.tryEmitValue(watched(host));
                    return Mono.never();
                })
                .subscribe(work);
        McpHost host = used.asMono().block();
        work.cancel();

        host.closed().block();
        assertThat(states).endsWith("a closed");
    }

    @Test
    void cancellationWhileStartingShutsDown() {
        ScriptedPeer silent = ScriptedPeer.named("a").expect("server/discover");
        TestSubscriber<Object> work = TestSubscriber.create();
        McpHost.useOne(
                        configuration().server(silent.transport()).build(),
                        host -> Mono.error(new AssertionError("it is not ready")))
                .subscribe(work);
        assertThat(silent.receivedMethods()).containsExactly("server/discover");
        work.cancel();
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(silent.closed()).isTrue();
        assertThat(work.isTerminated()).isFalse();
    }

    @Test
    void stoppedWorkIsEmptyAfterTheShutdown() {
        Sinks.Empty<Void> stop = Sinks.empty();
        StepVerifier.create(McpHost.useOne(
                        configuration().server(peer.transport()).build(),
                        stop.asMono(),
                        host -> Mono.never().doOnSubscribe(s -> stop.tryEmitEmpty())))
                .verifyComplete();
    }
}
