package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** Every way in which a host ends, with real processes; each test leaves none behind. */
class HostLifecycleTest {

    private final Set<Long> before = Leftovers.processes();
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private McpHost watch(McpHost host) {
        EventSink.direct(host.events())
                .ofType(HostEvent.StateChanged.class)
                .filter(e -> e.to() == ServerState.CLOSED)
                .subscribe(e -> closed.add(e.server()));
        return host;
    }

    @Test
    void completionComesAfterTheShutdown() {
        StepVerifier.create(McpHost.use(
                                Servers.three(),
                                host -> Flux.concat(
                                                watch(host).callTool("a__echo", Map.of("text", "1")),
                                                host.callTool("b__echo", Map.of("text", "2")),
                                                host.callTool("c__echo", Map.of("text", "3")))
                                        .map(r -> r.text()))
                        .doOnComplete(() -> assertThat(closed).containsExactly("c", "b", "a")))
                .expectNext("1", "2", "3")
                .expectComplete()
                .verify(Servers.LIMIT);
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void errorComesAfterTheShutdown() {
        StepVerifier.create(McpHost.use(Servers.three(), host -> {
                            watch(host);
                            return Mono.error(new IllegalStateException("mine"));
                        })
                        .doOnError(e -> assertThat(closed).containsExactly("c", "b", "a")))
                .expectErrorMessage("mine")
                .verify(Servers.LIMIT);
    }

    @Test
    void endOfACancelledHostCanBeAwaited() {
        Sinks.One<McpHost> used = Sinks.one();
        StepVerifier.create(McpHost.use(Servers.three(), host -> {
                    used.tryEmitValue(watch(host));
                    return host.callTool("a__echo", Map.of("text", "x")).concatWith(Mono.never());
                }))
                .expectNextCount(1)
                .thenCancel()
                .verify(Servers.LIMIT);
        used.asMono().flatMap(McpHost::closed).block(Servers.LIMIT);
        assertThat(closed).containsExactly("c", "b", "a");
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void useCancelledAtAnyMomentLeavesNothing() throws Exception {
        for (int i = 0; i < 12; i++) {
            Disposable opening = McpHost.use(
                            HostConfig.of(
                                    Servers.real("a"),
                                    Servers.real("b", MisbehavingServer.DELAY_START + "10000"),
                                    Servers.real("c", MisbehavingServer.SILENT)),
                            host -> Mono.never())
                    .subscribe();
            pause(i * 40);
            opening.dispose();
        }
    }

    @Test
    void openCancelledAtAnyMomentLeavesNothing() throws Exception {
        for (int i = 0; i < 12; i++) {
            // a subscriber that gets it owns it; one that cancels before never got it
            Disposable opening = McpHost.open(HostConfig.of(Servers.real("a")))
                    .subscribe(host -> host.close().subscribe());
            pause(i * 50);
            opening.dispose();
        }
    }

    /** Different moments of a start are the subject here, so this one waits, without deciding anything by it. */
    private static void pause(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    @Test
    void stopCompletesAfterTheShutdown() {
        Sinks.Empty<Void> stop = Sinks.empty();
        StepVerifier.create(McpHost.use(Servers.three(), stop.asMono(), host -> {
                            watch(host);
                            return Mono.just(1).concatWith(Mono.never());
                        })
                        .doOnNext(i -> stop.tryEmitEmpty()))
                .expectNext(1)
                .expectComplete()
                .verify(Servers.LIMIT);
        assertThat(closed).containsExactly("c", "b", "a");
    }

    @Test
    void failedStopFailsAfterTheShutdown() {
        Sinks.Empty<Void> stop = Sinks.empty();
        AtomicBoolean cancelled = new AtomicBoolean();
        StepVerifier.create(McpHost.use(Servers.three(), stop.asMono(), host -> {
                    watch(host);
                    return Mono.just(1).concatWith(Mono.<Integer>never().doOnCancel(() -> cancelled.set(true)));
                }))
                .expectNext(1)
                .then(() -> stop.tryEmitError(new IllegalStateException("no stop")))
                .expectErrorMessage("no stop")
                .verify(Servers.LIMIT);
        assertThat(cancelled).isTrue();
        assertThat(closed).containsExactly("c", "b", "a");
    }

    @Test
    void stopWorksWhileServersAreStarting() {
        Sinks.Empty<Void> stop = Sinks.empty();
        TestSubscriber<Object> result = TestSubscriber.create();
        McpHost.use(HostConfig.of(Servers.real("a", MisbehavingServer.SILENT)), stop.asMono(), host -> Mono.never())
                .subscribe(result);
        stop.tryEmitEmpty();
        result.block(Servers.LIMIT);
        assertThat(result.isTerminatedComplete()).isTrue();
    }

    @Test
    void closingTheHostFromWithinEndsTheWork() {
        StepVerifier.create(McpHost.use(Servers.three(), host -> {
                    host.close().subscribe();
                    return Mono.never();
                }))
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    @Test
    void aServerThatFailsFailsAlone() {
        HostConfig config = HostConfig.builder()
                .server(Servers.real("good"))
                .server(Servers.real(
                        "bad", MisbehavingServer.EXIT_AT + "initialize", MisbehavingServer.STDERR + "no key"))
                .server(dev.mcpflux.transport.stdio.StdioTransport.builder("gone", "no-such-command")
                        .build())
                .server(ServerDefinition.of(Servers.real("silent", MisbehavingServer.SILENT))
                        .with(o -> o.startTimeout(Duration.ofMillis(500))))
                .build();
        StepVerifier.create(McpHost.use(config, host -> {
                    assertThat(host.servers())
                            .extracting(ServerStatus::name, ServerStatus::state)
                            .containsExactly(
                                    org.assertj.core.groups.Tuple.tuple("good", ServerState.READY),
                                    org.assertj.core.groups.Tuple.tuple("bad", ServerState.FAILED),
                                    org.assertj.core.groups.Tuple.tuple("gone", ServerState.FAILED),
                                    org.assertj.core.groups.Tuple.tuple("silent", ServerState.BACKING_OFF));
                    assertThat(host.servers().get(1).error())
                            .isInstanceOfSatisfying(
                                    McpStartException.class,
                                    e -> assertThat(e.diagnostics().stderr()).containsExactly("no key"));
                    assertThat(host.servers().get(2).error()).hasMessageContaining("command not found");
                    assertThat(host.servers().get(3).error()).isInstanceOf(McpTimeoutException.class);
                    return host.callTool("echo", Map.of("text", "fine"))
                            .map(r -> r.text())
                            .concatWith(host.callTool("bad__echo", null)
                                    .map(r -> "answered")
                                    .onErrorResume(
                                            McpServerUnavailableException.class, e -> Mono.just(e.getMessage())));
                }))
                .expectNext("fine")
                .assertNext(message -> assertThat(message)
                        .startsWith("server 'bad' is not available (failed): it ended before it was ready")
                        .contains("exit code 7")
                        .contains("no key"))
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    @Test
    void failedRequiredServerShutsDownTheOthers() {
        HostConfig config = HostConfig.builder()
                .server(Servers.real("a"))
                .server(ServerDefinition.of(Servers.real("b", MisbehavingServer.EXIT_AT + "start"))
                        .with(o -> o.required(true)))
                .build();
        StepVerifier.create(McpHost.use(config, host -> Mono.just("used")))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpServerUnavailableException.class)
                        .hasMessageContaining("'b'")
                        .hasMessageContaining("exit code 7"))
                .verify(Servers.LIMIT);
        StepVerifier.create(McpHost.open(config))
                .expectError(McpServerUnavailableException.class)
                .verify(Servers.LIMIT);
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void requiredStartupDoesNotWaitForTheOthers() {
        HostConfig config = HostConfig.builder()
                .server(Servers.real("slow", MisbehavingServer.SILENT))
                .server(ServerDefinition.of(Servers.real("fast")).with(o -> o.required(true)))
                .startup(HostConfig.Startup.REQUIRED)
                .build();
        StepVerifier.create(McpHost.use(config, host -> {
                    assertThat(host.servers().get(0).state()).isEqualTo(ServerState.STARTING);
                    return host.callTool("fast__echo", Map.of("text", "now")).map(r -> r.text());
                }))
                .expectNext("now")
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    @Test
    void lostServerFailsItsCallsWithTheCause() {
        StepVerifier.create(McpHost.use(HostConfig.of(Servers.real("a"), Servers.real("b")), host -> {
                    Mono<String> failed = EventSink.direct(host.events())
                            .ofType(HostEvent.StateChanged.class)
                            .filter(e -> e.to() == ServerState.BACKING_OFF)
                            .map(HostEvent.StateChanged::server)
                            .next()
                            .cache();
                    failed.subscribe();
                    return host.callTool("a__crash", null)
                            .map(r -> "answered")
                            .onErrorResume(e -> Mono.just(String.valueOf(e.getMessage())))
                            .concatWith(failed)
                            .concatWith(host.callTool("a__echo", null)
                                    .map(r -> "answered")
                                    .onErrorResume(e -> Mono.just(e.getClass().getSimpleName())))
                            .concatWith(host.callTool("b__echo", Map.of("text", "still here"))
                                    .map(r -> r.text()));
                }))
                .assertNext(m -> assertThat(m).contains("its process ended (exit code 7)"))
                .expectNext("a", "McpServerUnavailableException", "still here")
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    /** Throws on every signal. */
    private static <T> BaseSubscriber<T> throwing() {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(T value) {
                throw new NoClassDefFoundError("test");
            }

            @Override
            protected void hookOnError(Throwable e) {
                throw new NoClassDefFoundError("test");
            }

            @Override
            protected void hookOnComplete() {
                throw new NoClassDefFoundError("test");
            }
        };
    }

    @Test
    void closesWhateverItsSubscribersThrow() {
        McpHost host = McpHost.open(HostConfig.of(Servers.real("a"), Servers.real("b")))
                .block(Servers.LIMIT);
        assertThat(host).isNotNull();
        host.closed().subscribe(throwing());
        host.events().subscribe(throwing());
        EventSink.direct(host.events()).subscribe(throwing());
        watch(host);
        for (String server : List.of("a", "b")) {
            McpSession session = Servers.session(host, server);
            assertThat(session).isNotNull();
            session.onTermination().subscribe(throwing());
            EventSink.direct(session.events()).subscribe(throwing());
            host.callTool(server + "__sleep", Map.of("ms", 60_000)).subscribe(throwing());
        }
        host.close().subscribe(throwing());
        StepVerifier.create(host.close()).expectComplete().verify(Servers.LIMIT);
        assertThat(closed).containsExactly("b", "a");
        assertThat(host.pendingRequests()).isZero();
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    /** An application may shut Reactor's schedulers down before it closes the host. */
    @Test
    void closesAfterSchedulersWereShutDown() {
        McpHost host = McpHost.open(HostConfig.of(Servers.real("a"), Servers.real("b")))
                .block(Servers.LIMIT);
        assertThat(host).isNotNull();
        Schedulers.shutdownNow();
        StepVerifier.create(host.close()).expectComplete().verify(Servers.LIMIT);
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void bodyThatThrowsAnErrorEndsTheHost() {
        StepVerifier.create(McpHost.use(HostConfig.of(Servers.real("a")), host -> {
                    throw new NoClassDefFoundError("test");
                }))
                .expectErrorSatisfies(e -> assertThat(e).isInstanceOf(NoClassDefFoundError.class))
                .verify(Servers.LIMIT);
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void hostIsClosedIfItsSubscriberThrows() {
        McpHost.open(HostConfig.of(Servers.real("a"))).subscribe(throwing());
        Leftovers.assertNone(before);
    }

    @Test
    void manySlowServersStartTogether() {
        HostConfig.Builder config = HostConfig.builder();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            names.add("s" + i);
            config.server(Servers.real("s" + i, MisbehavingServer.DELAY_START + "300"));
        }
        StepVerifier.create(McpHost.use(config.build(), host -> {
                    watch(host);
                    return Flux.fromIterable(host.servers()).map(ServerStatus::state);
                }))
                .thenConsumeWhile(state -> state == ServerState.READY)
                .expectComplete()
                .verify(Servers.LIMIT);
        java.util.Collections.reverse(names);
        assertThat(closed).isEqualTo(names);
    }
}
