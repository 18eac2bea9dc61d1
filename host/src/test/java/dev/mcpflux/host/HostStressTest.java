package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.server.FaultyServer;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ServerCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Many threads that use, lose, restart, change and close the servers of one host at the same time. */
@Tag("heavy")
class HostStressTest {

    private static final int SERVERS = 4;
    private static final int THREADS = 8;
    private static final int ROUNDS = 1500;

    private final Scheduler timer = Schedulers.newParallel("stress", 2, true);
    private final List<FaultyServer> servers = new ArrayList<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();

    private Mono<CallToolResult> work(ServerCall call) {
        String number = call.arguments().path("call").asString();
        received.computeIfAbsent(number, key -> new AtomicInteger()).incrementAndGet();
        return switch (number.hashCode() & 7) {
            case 0 -> Mono.never();
            case 1, 2 ->
                Mono.delay(Duration.ofMillis(number.hashCode() & 15), timer).map(tick -> InMemoryServer.text(number));
            default -> Mono.just(InMemoryServer.text(number));
        };
    }

    private ServerDefinition definition(FaultyServer server, int variant) {
        return ServerDefinition.of(server)
                .with(options -> options.era(variant % 2 == 0 ? EraPolicy.LEGACY : EraPolicy.AUTO)
                        .dependsOn(server.name().equals("s3") ? Set.of("s1") : Set.of())
                        .limits(limits -> limits.maxInFlight(4).maxQueued(16).queueTimeout(Duration.ofMillis(300)))
                        .restart(restart -> restart.firstDelay(Duration.ofMillis(1))
                                .maxDelay(Duration.ofMillis(5))
                                .maxRestarts(20)
                                .window(Duration.ofMillis(100)))
                        .lifetime(life -> life.lazy(variant % 3 == 2)
                                .idleTimeout(Duration.ofMillis(3))
                                .maxLifetime(Duration.ofMillis(7))
                                .drainTimeout(Duration.ofMillis(30))
                                .pingInterval(Duration.ofMillis(5))));
    }

    private HostConfig config(Random random) {
        HostConfig.Builder config = HostConfig.builder()
                .shutdownHook(false)
                .session(SessionOptions.builder()
                        .timer(timer)
                        .withoutSchemas()
                        .startTimeout(Duration.ofSeconds(2))
                        .request(RequestOptions.within(Duration.ofMillis(500)))
                        .build());
        for (FaultyServer server : servers) {
            if (random.nextInt(8) != 0) {
                config.server(definition(server, random.nextInt(4)));
            }
        }
        return config.build();
    }

    private Disposable call(McpHost host, String number, Random random) {
        String server = "s" + random.nextInt(SERVERS);
        open.incrementAndGet();
        return host.callTool(server + "__work", Map.of("call", number))
                .doFinally(end -> open.decrementAndGet())
                .subscribe(
                        result -> {
                            answered.incrementAndGet();
                            if (!result.content().toString().contains(number)) {
                                problems.add(number + " was answered with " + result);
                            }
                        },
                        e -> {
                            if (!(e instanceof McpException)) {
                                problems.add(number + " failed with " + e);
                            }
                        });
    }

    private void ignoreErrors(Mono<?> work) {
        work.subscribe(done -> {}, e -> {
            if (!(e instanceof McpException)) {
                problems.add("failed with " + e);
            }
        });
    }

    private void round(McpHost host, String number, Random random) {
        FaultyServer server = servers.get(random.nextInt(SERVERS));
        switch (random.nextInt(40)) {
            case 0 -> server.crash();
            case 1 -> ignoreErrors(host.restart(server.name()));
            case 2 -> ignoreErrors(Mono.defer(() -> host.server(server.name()).release()));
            case 3 -> ignoreErrors(host.tools().then());
            case 4 -> call(host, number, random).dispose();
            case 5 -> {
                if (random.nextInt(10) == 0) {
                    ignoreErrors(host.apply(config(random)));
                }
            }
            case 6 -> LockSupport.parkNanos(random.nextInt(5_000_000));
            default -> {
                Disposable call = call(host, number, random);
                if (random.nextInt(4) == 0) {
                    timer.schedule(call::dispose, random.nextInt(20), TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private void eventually(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + problems).isLessThan(limit);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18})
    void nothingIsLeftOfABusyHost(long seed) throws Exception {
        for (int i = 0; i < SERVERS; i++) {
            FaultyServer server = new FaultyServer("s" + i, i == 2);
            server.memory().handle("work", this::work);
            servers.add(server);
        }
        McpHost host = McpHost.create(config(new Random(seed)));
        ignoreErrors(host.start());
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int mine = thread;
                all.add(pool.submit(() -> {
                    Random random = new Random(seed * 1000 + mine);
                    for (int i = 0; i < ROUNDS; i++) {
                        round(host, mine + "-" + i, random);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(120, TimeUnit.SECONDS);
            }
            // half of the runs close while calls are under way
            if (seed % 2 == 0) {
                eventually("calls are pending", () -> open.get() == 0);
                eventually(
                        "calls are counted",
                        () -> host.servers().stream().allMatch(status -> status.calls() == 0 && status.queued() == 0));
            }
            host.close().block(Duration.ofSeconds(60));
            eventually("calls are pending after the close", () -> open.get() == 0);
            assertThat(servers).allSatisfy(server -> assertThat(server.live()).isZero());
            assertThat(host.servers()).extracting(ServerStatus::calls).containsOnly(0);
            assertThat(host.pendingRequests()).isZero();
            assertThat(problems).isEmpty();
            assertThat(answered.get()).isGreaterThan(100);
            assertThat(received).allSatisfy((number, times) -> assertThat(times).hasValue(1));
        } finally {
            pool.shutdownNow();
            timer.dispose();
        }
    }
}
