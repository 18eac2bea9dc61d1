package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.HostMonitor;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.spi.WireTap;
import dev.mcpflux.transport.stdio.StdioTransport;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ServerMetersTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final McpException LOST = new McpConnectionException("s", "it ended", Diagnostics.NONE, null);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final McpObservation observation = McpObservation.of(ObservationRegistry.NOOP, meters);
    private final InMemoryServer server =
            InMemoryServer.named("s").tool("t", arguments -> "done").handle("hangs", call -> Mono.never());

    private HostConfig config(Transport... transports) {
        HostConfig.Builder config = HostConfig.builder().shutdownHook(false);
        for (Transport transport : transports) {
            config.server(transport);
        }
        return observation.observe(config).build();
    }

    private List<String> gauges() {
        return meters.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getType() == Meter.Type.GAUGE)
                .map(id -> id.getName()
                        + id.getTags().stream().map(tag -> " " + tag.getValue()).reduce("", String::concat))
                .filter(name -> !name.startsWith("mcpflux.servers"))
                .sorted()
                .toList();
    }

    private boolean hasGauges() {
        return meters.getMeters().stream().anyMatch(meter -> meter.getId().getType() == Meter.Type.GAUGE);
    }

    private double gauge(String name) {
        return meters.get(name).tag("mcpflux.server.name", "s").gauge().value();
    }

    private double inState(String state) {
        return meters.get("mcpflux.servers").tag("state", state).gauge().value();
    }

    private double count(String name, String... tags) {
        return meters.get(name)
                .tags(Tags.of(tags).and("mcpflux.server.name", "s"))
                .counter()
                .count();
    }

    // -- the life of gauges

    @Test
    void gaugesEndWithWorkThatCompletes() {
        McpHost.useOne(
                        config(server.transport()),
                        host -> Mono.fromRunnable(() -> assertThat(gauges())
                                .containsExactly(
                                        "mcpflux.calls.active s", "mcpflux.calls.queued s", "mcpflux.server.up s")))
                .block(LIMIT);
        assertThat(hasGauges()).isFalse();
        assertThat(count("mcpflux.server.restarts")).isZero();
    }

    @Test
    void gaugesEndWithWorkThatFails() {
        assertThatThrownBy(() -> McpHost.useOne(
                                config(server.transport()), host -> Mono.error(new IllegalStateException("work")))
                        .block(LIMIT))
                .hasMessage("work");
        assertThat(hasGauges()).isFalse();
    }

    @Test
    void gaugesEndWithWorkThatIsCancelled() {
        Sinks.One<McpHost> started = Sinks.one();
        Disposable work = McpHost.useOne(config(server.transport()), host -> {
                    started.tryEmitValue(host);
                    return Mono.never();
                })
                .subscribe();
        McpHost host = started.asMono().blockOptional(LIMIT).orElseThrow();
        assertThat(gauge("mcpflux.server.up")).isEqualTo(1);
        work.dispose();
        host.closed().block(LIMIT);
        assertThat(hasGauges()).isFalse();
    }

    @Test
    void gaugesEndWithAnOpeningThatIsCancelled() {
        Sinks.Empty<Void> ended = Sinks.empty();
        Transport never = server.transport().with(connection -> new ForwardingConnection(connection) {
            @Override
            public Mono<Void> open() {
                return Mono.never();
            }

            @Override
            public Mono<Void> close() {
                return super.close().doOnTerminate(ended::tryEmitEmpty);
            }
        });
        Sinks.One<McpHost> made = Sinks.one();
        HostConfig config = config(never)
                .mutate()
                .monitor(host -> {
                    made.tryEmitValue(host);
                    return new ServerObserver(
                            host,
                            McpObservation.builder(ObservationRegistry.NOOP).build());
                })
                .build();
        Disposable opening = McpHost.open(config).subscribe();
        assertThat(gauge("mcpflux.server.up")).isZero();
        assertThat(inState("starting")).isEqualTo(1);
        opening.dispose();
        made.asMono().flatMap(McpHost::closed).block(LIMIT);
        assertThat(hasGauges()).isFalse();
    }

    @Test
    void gaugesFollowTheServersOfAHost() {
        McpHost host = McpHost.open(config(server.transport())).block(LIMIT);
        host.add(ServerDefinition.of(InMemoryServer.named("b").transport())).block(LIMIT);
        assertThat(gauges()).hasSize(6).contains("mcpflux.server.up b");
        assertThat(inState("ready")).isEqualTo(2);
        host.remove("b").block(LIMIT);
        assertThat(gauges()).hasSize(3).doesNotContain("mcpflux.server.up b");
        host.replace(ServerDefinition.of(server.transport()).with(options -> options.required(true)))
                .block(LIMIT);
        assertThat(gauges()).hasSize(3);
        assertThat(gauge("mcpflux.server.up")).isEqualTo(1);
        host.close().block(LIMIT);
        assertThat(hasGauges()).isFalse();
    }

    @Test
    void hostsWithServersOfOneNameAreAddedUp() {
        McpHost first = McpHost.open(config(server.transport())).block(LIMIT);
        McpHost second = McpHost.open(config(server.transport())).block(LIMIT);
        assertThat(gauge("mcpflux.server.up")).isEqualTo(2);
        assertThat(inState("ready")).isEqualTo(2);
        first.close().block(LIMIT);
        assertThat(gauge("mcpflux.server.up")).isEqualTo(1);
        second.close().block(LIMIT);
        assertThat(hasGauges()).isFalse();
    }

    @Test
    void callsInFlightAndInTheQueueAreMeasured() {
        HostConfig config = observation
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(ServerDefinition.of(server.transport())
                                .with(options -> options.limits(limits -> limits.maxInFlight(1)))))
                .build();
        McpHost host = McpHost.open(config).block(LIMIT);
        Disposable first = host.callTool("s__hangs", Map.of()).subscribe();
        Disposable second = host.callTool("s__hangs", Map.of()).subscribe();
        assertThat(gauge("mcpflux.calls.active")).isEqualTo(1);
        assertThat(gauge("mcpflux.calls.queued")).isEqualTo(1);
        second.dispose();
        first.dispose();
        assertThat(gauge("mcpflux.calls.active")).isZero();
        assertThat(gauge("mcpflux.calls.queued")).isZero();
        host.close().block(LIMIT);
    }

    // -- what is counted

    @Test
    void restartsAndQuarantinesAreCounted() {
        McpHost host = McpHost.open(config(server.transport())).block(LIMIT);
        assertThat(count("mcpflux.server.restarts")).isZero();
        host.restart("s").block(LIMIT);
        assertThat(count("mcpflux.server.restarts")).isEqualTo(1);
        host.close().block(LIMIT);
        ServerMeters.Counters counters = new ServerMeters(meters).counters("s");
        ServerLife lost = new ServerLife.Quarantined(3, LOST, 5);
        counters.changed(new ServerLife.BackingOff(3, LOST, 2, Instant.EPOCH), lost);
        counters.changed(lost, lost);
        assertThat(count("mcpflux.server.quarantines")).isEqualTo(1);
        assertThat(count("mcpflux.server.restarts")).isEqualTo(1);
    }

    @Test
    void eventsOfConnectionsAreCountedByKind() {
        ServerMeters.Counters counters = new ServerMeters(meters).counters("s");
        List.of(
                        new ConnectionEvent.Dropped("notifications/message"),
                        new ConnectionEvent.Undecodable(true, "no id", "{}", 1),
                        new ConnectionEvent.FrameTooLong(9, 8),
                        new ConnectionEvent.UnmatchedResponse("7"),
                        new ConnectionEvent.Closed("ended"))
                .forEach(counters::reported);
        assertThat(count("mcpflux.messages.dropped")).isEqualTo(1);
        assertThat(count("mcpflux.messages.stray", "kind", "not_a_message")).isEqualTo(1);
        assertThat(count("mcpflux.messages.stray", "kind", "too_long")).isEqualTo(1);
        assertThat(count("mcpflux.messages.stray", "kind", "unmatched_response"))
                .isEqualTo(1);
        assertThat(count("mcpflux.messages.stray", "kind", "not_json")).isZero();
        assertThat(count("mcpflux.server.stderr.lines")).isZero();
    }

    /** A subscriber of events may miss lines; a counter does not. */
    @Test
    void everyLineOfAProcessIsCounted() {
        assumeThat(File.separatorChar).isEqualTo('/');
        String script = """
                i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done
                echo not json; echo not json either
                while IFS= read -r line; do
                    id=${line#*'"id":'}; id=${id%%[,\\}]*}
                    case $line in
                        *'"initialize"'*) printf '%s\\n' '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}' ;;
                        *'"id"'*) printf '%s\\n' '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}' ;;
                    esac
                done
                """;
        Sinks.Empty<Void> last = Sinks.empty();
        HostConfig config = config(StdioTransport.builder("s", "sh")
                        .arguments("-c", script)
                        .build())
                .mutate()
                .monitor(host -> whenLine("line 1999", last))
                .build();
        McpHost.use(config, host -> last.asMono()).blockLast(Duration.ofSeconds(60));
        assertThat(count("mcpflux.server.stderr.lines")).isEqualTo(2000);
        assertThat(count("mcpflux.messages.stray", "kind", "not_json")).isEqualTo(2);
    }

    /** Stands behind the counters, so that the line is counted when it comes. */
    private static HostMonitor.Watch whenLine(String line, Sinks.Empty<Void> seen) {
        return new HostMonitor.Watch() {
            @Override
            public void onEvent(HostEvent event) {
                if (event instanceof HostEvent.FromServer from
                        && from.event() instanceof SessionEvent.Link link
                        && link.event().equals(new ConnectionEvent.StderrLine(line))) {
                    seen.tryEmitEmpty();
                }
            }

            @Override
            public void onClosed() {
                seen.tryEmitEmpty();
            }
        };
    }

    @Test
    void messagesAndTheirBytesAreCounted() {
        AtomicLong bytes = new AtomicLong();
        AtomicLong messages = new AtomicLong();
        Transport counted = server.transport().with(connection -> {
            connection.tap(() -> new WireTap() {
                @Override
                public void sent(JsonRpcMessage message) {}

                @Override
                public void received(Frame frame) {
                    bytes.addAndGet(frame.length());
                    messages.incrementAndGet();
                }
            });
            return connection;
        });
        McpHost.useOne(config(counted), host -> host.callTool("s__t", Map.of("text", "wörd")))
                .block(LIMIT);
        var received =
                meters.get("mcpflux.message.size").tag("direction", "received").summary();
        assertThat(received.count()).isEqualTo(messages.get()).isPositive();
        assertThat(received.totalAmount()).isEqualTo(bytes.get());
        var sent = meters.get("mcpflux.message.size").tag("direction", "sent").summary();
        long written = server.received().stream()
                .mapToLong(message -> message.toString().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        assertThat(sent.count()).isEqualTo(server.received().size());
        assertThat(sent.totalAmount()).isEqualTo(written);
    }

    // -- timers

    @Test
    void latencyOfEachToolIsATimerWithTheBuckets() {
        meters.config().meterFilter(McpMeters.buckets());
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        HostConfig config = McpObservation.of(observations, meters)
                .observe(HostConfig.builder().shutdownHook(false).server(server.transport()))
                .build();
        McpHost.useOne(config, host -> host.callTool("s__t", Map.of()).then(host.callTool("s__t", Map.of())))
                .block(LIMIT);
        Timer timer = meters.get("mcp.client.operation.duration")
                .tag("gen_ai.tool.name", "t")
                .timer();
        assertThat(timer.count()).isEqualTo(2);
        assertThat(Arrays.stream(timer.takeSnapshot().histogramCounts())
                        .map(bucket -> bucket.bucket(TimeUnit.MILLISECONDS)))
                .containsExactly(10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 30e3, 60e3, 120e3, 300e3);
        assertThat(meters.get("mcp.client.session.duration").timer().count()).isEqualTo(1);
        assertThat(meters.get("mcpflux.server.start").timer().takeSnapshot().histogramCounts())
                .isEmpty();
        assertThat(Flux.fromIterable(meters.getMeters())
                        .filter(meter -> meter.getId().getType() == Meter.Type.LONG_TASK_TIMER)
                        .map(meter -> meter.measure().iterator().next().getValue())
                        .collectList()
                        .block())
                .allMatch(active -> active == 0);
    }
}
