package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.HttpTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Servers by HTTP that are killed, and started again on the same port. */
@Tag("real")
class HttpRestartTest extends RealServers {

    private static final String UNKNOWN_OUTCOME = "whether the request was carried out is not known";

    /** Sessions with a server that was started again behind the same address. */
    enum Then {
        /** Nothing: each request stands alone. */
        GOES_ON,
        /** The server has forgotten the session, and a new one is begun with the next request. */
        BEGINS_ANEW,
        /** The connection is lost with its one stream. */
        IS_LOST
    }

    enum Server {
        MODERN(() -> NodeServers.listening("modern"), "/mcp", EraPolicy.AUTO, Then.GOES_ON),
        WITHOUT_SESSIONS(() -> NodeServers.listening("dual"), "/mcp", EraPolicy.LEGACY, Then.GOES_ON),
        SESSIONS(() -> NodeServers.listening("sessions"), "/mcp", EraPolicy.LEGACY, Then.BEGINS_ANEW),
        RESUMABLE(() -> NodeServers.listening("resumable"), "/mcp", EraPolicy.LEGACY, Then.BEGINS_ANEW),
        EVERYTHING(() -> NodeServers.listeningEverything("streamableHttp"), "/mcp", EraPolicy.AUTO, Then.BEGINS_ANEW),
        EVERYTHING_SSE(() -> NodeServers.listeningEverything("sse"), "/sse", EraPolicy.AUTO, Then.IS_LOST),
        JAVA_SDK(() -> JavaServers.listening("streamable"), "/mcp", EraPolicy.AUTO, Then.BEGINS_ANEW),
        JAVA_SDK_SSE(() -> JavaServers.listening("sse"), "/sse", EraPolicy.AUTO, Then.IS_LOST);

        private final Supplier<ServerProcess> process;
        private final String path;
        private final EraPolicy policy;
        final Then then;

        Server(Supplier<ServerProcess> process, String path, EraPolicy policy, Then then) {
            this.process = process;
            this.path = path;
            this.policy = policy;
            this.then = then;
        }

        private boolean offersThings() {
            return this != EVERYTHING && this != EVERYTHING_SSE;
        }

        Flux<ToolSignal> slow(McpHost host) {
            return offersThings()
                    ? host.streamTool("slow", Map.of("steps", 10_000, "delayMs", 20))
                    : host.streamTool("trigger-long-running-operation", Map.of("duration", 200, "steps", 10_000));
        }

        String echo(McpHost host) {
            return call(host, "echo", Map.of(offersThings() ? "text" : "message", "hi"));
        }

        String echoed() {
            return offersThings() ? "echo: hi" : "Echo: hi";
        }
    }

    /** A server that a host has reached. */
    private final class Reached {
        final ServerProcess process;
        final McpHost host;
        final List<HostEvent> events = new CopyOnWriteArrayList<>();

        /** Streams that broke off are taken up again that often. */
        Reached(Server server, int attempts) {
            process = closing(server.process.get());
            host = open(
                    HttpTransport.builder("it", process.url(server.path))
                            .options(HttpOptions.builder()
                                    .streamAttempts(attempts)
                                    .streamDelay(Duration.ofMillis(50))
                                    .maxStreamDelay(Duration.ofMillis(200))
                                    .build())
                            .build(),
                    options -> options.era(server.policy).logLevel(LogLevel.INFO));
            EventSink.direct(host.events()).subscribe(events::add);
        }

        ServerStatus status() {
            return host.servers().get(0);
        }

        void await(ServerState state) {
            eventually(() -> status().state() == state);
        }

        long renewals() {
            return events.stream()
                    .filter(event -> event instanceof HostEvent.FromServer from
                            && from.event() instanceof SessionEvent.Link link
                            && link.event() instanceof ConnectionEvent.SessionRenewed)
                    .count();
        }

        /** What another thread reports may come a moment later. */
        void renewed(Server server) {
            long expected = server.then == Then.BEGINS_ANEW ? 1 : 0;
            eventually(() -> renewals() >= expected);
            assertThat(renewals()).isEqualTo(expected);
        }

        void restartProcess() {
            process.kill();
            process.startAgain();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallUnderWayFailsAndTheNextOneWorks(Server server) {
        Reached it = new Reached(server, 1000);
        StepVerifier.create(server.slow(it.host).skipUntil(ToolSignal.Progress.class::isInstance))
                .expectNextCount(1)
                .then(it::restartProcess)
                .thenConsumeWhile(signal -> true)
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConnectionException.class)
                        .hasMessageContaining("server 'it'")
                        .hasMessageContaining("tools/call failed")
                        .hasMessageContaining(UNKNOWN_OUTCOME))
                .verify(LIMIT);
        nothingIsPending(it.host);
        if (server.then == Then.IS_LOST) {
            it.await(ServerState.FAILED);
        }
        assertThat(server.echo(it.host)).isEqualTo(server.echoed());
        assertThat(server.echo(it.host)).isEqualTo(server.echoed());
        assertThat(it.status().state()).isEqualTo(ServerState.READY);
        assertThat(it.status().generation()).isEqualTo(server.then == Then.IS_LOST ? 2 : 1);
        it.renewed(server);
    }

    /** The server has taken it, and said nothing yet. */
    @ParameterizedTest
    @EnumSource(
            names = {"EVERYTHING", "EVERYTHING_SSE"},
            mode = EXCLUDE)
    void aCallWithoutAnyAnswerYetFailsAsWell(Server server) {
        Reached it = new Reached(server, 1000);
        StepVerifier.create(it.host.callTool("it__slow", Map.of("steps", 10_000, "delayMs", 20)))
                .expectSubscription()
                .then(() -> it.process.awaitLine("slow begins"::equals))
                .then(it::restartProcess)
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConnectionException.class)
                        .hasMessageContaining("tools/call failed")
                        .hasMessageContaining(UNKNOWN_OUTCOME))
                .verify(LIMIT);
        nothingIsPending(it.host);
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatStaysAwayIsGivenUpWhereItKeptSomething(Server server) {
        Reached it = new Reached(server, 2);
        it.process.kill();
        ThrowingCallable call = () -> server.echo(it.host);
        if (server.then == Then.GOES_ON) {
            assertThatThrownBy(call)
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("cannot be reached: the connection was refused")
                    .hasMessageNotContaining(UNKNOWN_OUTCOME);
            assertThat(it.status().state()).isEqualTo(ServerState.READY);
        } else {
            it.await(ServerState.FAILED);
            assertThat(it.status().error()).isInstanceOf(McpConnectionException.class);
            assertThatThrownBy(call).isInstanceOf(McpServerUnavailableException.class);
            assertThatThrownBy(() -> it.host.restart("it").block(LIMIT))
                    .isInstanceOf(McpServerUnavailableException.class)
                    .hasMessageContaining("the connection was refused");
        }
        it.process.startAgain();
        if (server.then != Then.GOES_ON) {
            it.host.restart("it").block(LIMIT);
        }
        assertThat(server.echo(it.host)).isEqualTo(server.echoed());
        assertThat(it.renewals()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"EVERYTHING_SSE", "JAVA_SDK_SSE"},
            mode = EXCLUDE)
    void oneNewSessionIsEnoughForManyCalls(Server server) {
        Reached it = new Reached(server, 1000);
        it.restartProcess();
        assertThat(value(Flux.range(0, 20)
                        .flatMap(
                                i -> it.host.callTool("echo", Map.of(server.offersThings() ? "text" : "message", "hi")),
                                20)
                        .map(CallToolResult::text)
                        .collectList()))
                .hasSize(20)
                .containsOnly(server.echoed());
        it.renewed(server);
        assertThat(it.status().generation()).isEqualTo(1);
    }

    /** The new server knows no subscription of the old one. */
    @ParameterizedTest
    @EnumSource(names = {"MODERN", "SESSIONS", "RESUMABLE", "JAVA_SDK"})
    void whatListensAndTheLogLevelGoOn(Server server) {
        Reached it = new Reached(server, 1000);
        List<ListenSignal> told = new CopyOnWriteArrayList<>();
        Disposable listening = it.host
                .listen("it", SubscriptionFilter.resources("memo://note"))
                .subscribe(told::add);
        touchedUntil(it, () -> told.contains(new ListenSignal.ResourceUpdated("memo://note")));
        it.restartProcess();
        int before = told.size();
        touchedUntil(
                it, () -> told.stream().skip(before).anyMatch(new ListenSignal.ResourceUpdated("memo://note")::equals));
        assertThat(listening.isDisposed()).isFalse();
        listening.dispose();
        StepVerifier.create(Servers.session(it.host, "it")
                        .events()
                        .ofType(SessionEvent.ServerLog.class)
                        .map(log -> log.message().level())
                        .take(2))
                .then(() -> call(it.host, "log_something", Map.of()))
                .expectNext("info", "warning")
                .expectComplete()
                .verify(LIMIT);
    }

    /** When the server has been told to tell, and has been told again, is not seen from here. */
    private static void touchedUntil(Reached it, BooleanSupplier condition) {
        eventually(() -> {
            call(it.host, "touch", Map.of());
            return condition.getAsBoolean();
        });
    }
}
