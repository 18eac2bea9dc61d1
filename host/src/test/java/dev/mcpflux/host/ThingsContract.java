package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolEra;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.transport.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * The same calls to the same things yield the same: the caller sees neither which era answered, nor by which transport. Who
 * extends this has the ways to reach them, {@code static Stream<Way> ways()}.
 */
abstract class ThingsContract extends RealServers {

    /** How the things are spoken to. */
    interface Way {
        /** What is agreed on. */
        ProtocolRevision revision();

        EraPolicy policy();

        /** Whether the server stops what is cancelled. */
        default boolean stops() {
            return true;
        }

        /** One more of them, which nobody has touched yet. */
        Things offer();
    }

    /**
     * The things, at one place.
     *
     * @param printed gives the first line of those that the server prints, from now on or before, that is this one
     * @param close takes down what was started
     */
    record Things(Transport transport, Printed printed, AutoCloseable close) {}

    /** What a server prints. */
    @FunctionalInterface
    interface Printed {
        Mono<String> line(McpSession session, String line);
    }

    private Things offer(Way way) {
        Things things = way.offer();
        closing(things.close());
        return things;
    }

    private McpHost open(Way way, ClientHandlers handlers) {
        return open(offer(way).transport(), options -> options.era(way.policy()).handlers(handlers));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theSameScriptYieldsTheSame(Way way) {
        McpHost host = open(way, ThingsScript.handlers());
        assertThat(Servers.session(host, "things").peer()).satisfies(peer -> {
            assertThat(peer.revision()).isEqualTo(way.revision());
            assertThat(peer.server().name()).isEqualTo("things");
            assertThat(peer.instructions()).isEqualTo("Things for tests.");
        });
        List<String> transcript = ThingsScript.transcript(host);
        nothingIsPending(host);
        host.close().block(LIMIT);
        assertThat(transcript).containsExactlyElementsOf(ThingsScript.expected(way.revision()));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aNoIsANoAndNothingIsAskedThatCannotBeAnswered(Way way) {
        assumeTrue(ThingsScript.hasForms(way.revision()));
        Things things = offer(way);
        McpHost host = open(
                things.transport(),
                options -> options.era(way.policy())
                        .handlers(ClientHandlers.builder()
                                .elicitation(question -> Mono.just(Elicitation.ElicitResult.decline()))
                                .build()));
        assertThat(call(host, "greet", Map.of())).isEqualTo("nobody to greet");
        host.close().block(LIMIT);
        McpHost defaults = open(
                things.transport(),
                options -> options.era(way.policy())
                        .handlers(ClientHandlers.builder()
                                .elicitation(question -> Mono.just(Elicitation.ElicitResult.accept()))
                                .build()));
        assertThat(call(defaults, "greet", Map.of())).isEqualTo("hello world");
        defaults.close().block(LIMIT);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCallThatIsDisposedStopsTheServer(Way way) {
        assumeTrue(way.stops());
        Things things = offer(way);
        McpHost host = open(things.transport(), options -> options.era(way.policy()));
        McpSession session = Servers.session(host, "things");
        StepVerifier.create(things.printed().line(session, "slow cancelled"))
                .then(() -> assertThat(session.streamTool("slow", Map.of("steps", 20_000, "delayMs", 5))
                                .ofType(ToolSignal.Progress.class)
                                .next()
                                .subscribe())
                        .isNotNull())
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        nothingIsPending(host);
        assertThat(call(host, "echo", Map.of("text", "still there"))).isEqualTo("echo: still there");
    }

    /** By HTTP a server may learn that it is listened to only after the first calls: then it is changed again. */
    @ParameterizedTest
    @MethodSource("ways")
    void changesAreToldAndWhatWasReadIsReadAgain(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        AtomicInteger told = new AtomicInteger();
        EventSink.direct(host.events())
                .filter(e -> e instanceof HostEvent.FromServer from && from.event() instanceof SessionEvent.ListChanged)
                .subscribe(event -> told.incrementAndGet());
        List<String> first = value(host.tools().map(t -> t.tool().name()).collectList());
        List<String> added = new ArrayList<>();
        eventually(() -> {
            String name = "extra" + added.size();
            added.add(name);
            assertThat(call(host, "add_tool", Map.of("name", name))).isEqualTo("added " + name);
            return told.get() > 0;
        });
        // the list that was read last need not be the one before the last change
        eventually(() ->
                value(host.tools().map(t -> t.tool().name()).collectList()).containsAll(added));
        assertThat(value(host.tools().map(t -> t.tool().name()).collectList())).hasSize(first.size() + added.size());
        assertThat(call(host, added.get(0), Map.of())).isEqualTo("this is " + added.get(0));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aWatchedResourceIsToldOfAndReadAnew(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        assertThat(value(host.readResource("memo://note")).text()).isEqualTo("touched 0 times");
        StepVerifier.create(host.listen("things", SubscriptionFilter.resources("memo://note")))
                .assertNext(signal -> assertThat(signal)
                        .isInstanceOfSatisfying(
                                ListenSignal.Acknowledged.class,
                                ack -> assertThat(ack.filter().resourceSubscriptions())
                                        .containsExactly("memo://note")))
                .then(() -> touched(host, way))
                .expectNext(new ListenSignal.ResourceUpdated("memo://note"))
                .thenCancel()
                .verify(LIMIT);
        // kept for a minute by the modern server's leave, had it not been told to have changed
        assertThat(value(host.readResource("memo://note")).text()).isEqualTo("touched 1 times");
    }

    /** In the legacy era the acknowledgement is this client's own; the subscription is there when the server has answered. */
    private static void touched(McpHost host, Way way) {
        if (way.revision().era() == ProtocolEra.LEGACY) {
            Servers.session(host, "things").ping().block(LIMIT);
        }
        assertThat(call(host, "touch", Map.of())).isEqualTo("touched 1 times");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void subscriptionGoesOnAfterARestart(Way way) {
        McpHost host = open(way, ClientHandlers.NONE);
        Flux<ListenSignal> listening = host.listen("things", SubscriptionFilter.resources("memo://note"));
        StepVerifier.create(listening)
                .expectNextMatches(ListenSignal.Acknowledged.class::isInstance)
                .then(() -> host.restart("things").block(LIMIT))
                .expectNextMatches(ListenSignal.Acknowledged.class::isInstance)
                .then(() -> touched(host, way))
                .expectNext(new ListenSignal.ResourceUpdated("memo://note"))
                .then(() -> host.close().block(LIMIT))
                .expectComplete()
                .verify(LIMIT);
        assertThat(host.servers().get(0).generation()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void logMessagesComeFromTheLevelThatWasAskedFor(Way way) {
        McpHost host = open(
                offer(way).transport(), options -> options.era(way.policy()).logLevel(LogLevel.INFO));
        Flux<String> logs = Servers.session(host, "things")
                .events()
                .ofType(SessionEvent.ServerLog.class)
                .map(log -> log.message().level());
        StepVerifier.create(logs.take(2))
                .then(() -> assertThat(call(host, "log_something", Map.of())).isEqualTo("logged"))
                .expectNext("info", "warning")
                .expectComplete()
                .verify(LIMIT);
    }
}
