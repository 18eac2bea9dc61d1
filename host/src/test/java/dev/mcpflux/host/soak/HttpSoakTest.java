package dev.mcpflux.host.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Servers by HTTP behind a proxy that drops, delays and cuts connections and is away from time to time, while calls of three
 * callers go on and the configuration changes. Options as of {@link StdioSoakTest}.
 */
@Tag("heavy")
class HttpSoakTest {

    private static final int SECONDS = Integer.getInteger("soak.seconds", 20);
    private static final int SERVERS = Integer.getInteger("soak.servers", 20);
    private static final int RATE = Integer.getInteger("soak.rate", 200);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofSeconds(SECONDS + 120L);

    private final Random random = new Random(SEED);
    private final Ledger ledger = new Ledger();
    private final Gauges gauges = new Gauges();
    private final Queue<Integer> acted = SoakHttpServer.log();
    private final List<SoakHttpServer> servers = new ArrayList<>();
    private final List<FaultyProxy> proxies = new ArrayList<>();
    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();

    @AfterEach
    void stop() {
        proxies.forEach(FaultyProxy::close);
        servers.forEach(SoakHttpServer::close);
    }

    @Test
    @Timeout(1200)
    void everyCallEndsOnceAndNothingIsSentTwice() {
        for (int i = 0; i < SERVERS; i++) {
            SoakHttpServer server = new SoakHttpServer(i % 2 == 0, acted);
            servers.add(server);
            proxies.add(new FaultyProxy(server.port(), new Random(SEED + i)));
        }

        McpHost.useOne(config(0), this::soak).block(LIMIT);

        System.out.println("seed " + SEED + "; " + restarts + " restarts, " + changes + " changes\n" + ledger.summary()
                + "\nfaults of the first proxy: " + proxies.get(0).faults() + "\n" + gauges.table());
        ledger.assertEveryCallEndedOnce();
        Ledger.assertNothingWasSentTwice(List.copyOf(acted));
        assertThat(ledger.answered()).as("most calls are answered").isGreaterThan(ledger.made() / 2);
    }

    private HostConfig config(int edition) {
        HostConfig.Builder config =
                HostConfig.builder().filter(RetryOptions.defaults().filter());
        for (int i = 0; i < SERVERS; i++) {
            if (edition == 0 || (i + edition) % 10 != 0) {
                String different = (i + edition) % 7 == 0 ? String.valueOf(edition) : "0";
                config.server(ServerDefinition.http(
                                "s" + i, "http://127.0.0.1:" + proxies.get(i).port() + "/mcp")
                        .withHeader("X-Edition", Template.of(different)));
            }
        }
        return config.build();
    }

    private Mono<Void> soak(McpHost host) {
        EventSink.direct(host.events()).subscribe(event -> {
            if (event instanceof HostEvent.StateChanged changed
                    && changed.after() instanceof ServerLife.Starting
                    && changed.after().generation() > 1) {
                restarts.incrementAndGet();
            }
        });
        Disposable changing = Flux.interval(Duration.ofSeconds(Math.min(30, Math.max(3, SECONDS / 5))))
                .onBackpressureDrop()
                .concatMap(tick -> host.apply(config(tick.intValue() + 1)))
                .subscribe(change -> changes.incrementAndGet());
        Disposable leaving = Flux.interval(Duration.ofMillis(1500))
                .onBackpressureDrop()
                .concatMap(tick -> {
                    int i = random.nextInt(SERVERS);
                    proxies.get(i).away(true);
                    if (random.nextBoolean()) {
                        servers.get(i).forgetSessions();
                    }
                    return Mono.delay(Duration.ofMillis(200 + random.nextInt(1000)))
                            .doFinally(end -> proxies.get(i).away(false));
                })
                .subscribe();
        Disposable measuring = Flux.interval(Duration.ZERO, Duration.ofSeconds(Math.max(5, SECONDS / 20)))
                .subscribe(tick -> gauges.measure(ready(host), ledger));
        return new Load(host, ledger, new Random(SEED + 1), () -> "s" + random.nextInt(SERVERS))
                .run(RATE, Duration.ofSeconds(SECONDS))
                .doFinally(end -> {
                    List.of(changing, leaving, measuring).forEach(Disposable::dispose);
                    gauges.measure(ready(host), ledger);
                });
    }

    private static int ready(McpHost host) {
        return (int) host.servers().stream()
                .filter(server -> server.state() == ServerState.READY)
                .count();
    }
}
