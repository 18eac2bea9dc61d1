package dev.mcpflux.host.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.RetryOptions;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.Leftovers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many processes that are killed at random while calls of three callers go on and the configuration file is edited. How long,
 * how many and how often is said by {@code -Dsoak.seconds}, {@code -Dsoak.servers} and {@code -Dsoak.rate}.
 */
@Tag("heavy")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the server is a shell script")
class StdioSoakTest {

    private static final int SECONDS = Integer.getInteger("soak.seconds", 20);
    private static final int SERVERS = Integer.getInteger("soak.servers", 30);
    private static final int RATE = Integer.getInteger("soak.rate", 200);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofSeconds(SECONDS + 60L);

    @TempDir
    Path directory;

    private final Set<Long> before = Leftovers.processes();
    private final Random random = new Random(SEED);
    private final Ledger ledger = new Ledger();
    private final Gauges gauges = new Gauges();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger edits = new AtomicInteger();
    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicInteger quarantines = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    @Test
    @Timeout(1200)
    void everyCallEndsOnceAndNothingIsLeft() throws IOException {
        Path script = directory.resolve("server.sh");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/soak/server.sh"))) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(directory.resolve("logs"));
        Path file = directory.resolve("mcp.json");
        write(file, 0);
        long descriptors = Gauges.descriptors();

        HostConfig config = HostConfig.load(file)
                .mutate()
                .filter(RetryOptions.defaults().filter())
                .build();
        McpHost.useOne(config, host -> soak(host, file)).block(LIMIT);

        System.out.println("seed " + SEED + "; " + kills + " kills, " + restarts + " restarts, " + quarantines
                + " quarantines, " + edits + " edits, " + refused + " of them refused\n" + ledger.summary() + "\n"
                + gauges.table());
        ledger.assertEveryCallEndedOnce();
        Ledger.assertNothingWasSentTwice(acted());
        assertThat(ledger.answered()).as("most calls are answered").isGreaterThan(ledger.made() * 7L / 10);
        Leftovers.assertNone(before);
        assertThat(Gauges.descriptors()).as("open descriptors").isLessThanOrEqualTo(descriptors + 20);
    }

    private Mono<Void> soak(McpHost host, Path file) {
        EventSink.direct(host.events()).subscribe(event -> {
            if (event instanceof HostEvent.StateChanged changed) {
                if (changed.after() instanceof ServerLife.Starting
                        && changed.after().generation() > 1) {
                    restarts.incrementAndGet();
                } else if (changed.to() == ServerState.QUARANTINED) {
                    quarantines.incrementAndGet();
                }
            } else if (event instanceof HostEvent.ReloadFailed) {
                refused.incrementAndGet();
            }
        });
        Disposable following = host.follow(file, config -> config).subscribe(change -> edits.incrementAndGet());
        Disposable killing = Flux.interval(Duration.ofMillis(60_000 / SERVERS)).subscribe(tick -> kill(host));
        Disposable editing = Flux.interval(Duration.ofSeconds(Math.min(30, Math.max(3, SECONDS / 5))))
                .subscribe(tick -> write(file, tick.intValue() + 1));
        Disposable listing = Flux.interval(Duration.ofSeconds(1))
                .onBackpressureDrop()
                .concatMap(tick -> host.tools().count().onErrorComplete())
                .subscribe();
        Disposable measuring = Flux.interval(Duration.ZERO, Duration.ofSeconds(Math.max(5, SECONDS / 20)))
                .subscribe(tick -> gauges.measure(ready(host), ledger));
        return new Load(host, ledger, new Random(SEED + 1), () -> "s" + random.nextInt(SERVERS))
                .run(RATE, Duration.ofSeconds(SECONDS))
                .doFinally(end -> {
                    List.of(following, killing, editing, listing, measuring).forEach(Disposable::dispose);
                    gauges.measure(ready(host), ledger);
                });
    }

    private static int ready(McpHost host) {
        return (int) host.servers().stream()
                .filter(server -> server.state() == ServerState.READY)
                .count();
    }

    /** Kills the process of any server, as it may be at that moment. */
    private void kill(McpHost host) {
        List<ServerStatus> all = host.servers();
        Long pid = all.get(random.nextInt(all.size())).pid();
        if (pid != null) {
            ProcessHandle.of(pid).ifPresent(process -> {
                kills.incrementAndGet();
                if (random.nextBoolean()) {
                    process.destroyForcibly();
                } else {
                    process.destroy();
                }
            });
        }
    }

    /** Another edition of the file: some servers are gone, some are new, some are different; every fifth is no JSON. */
    private void write(Path file, int edition) {
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < SERVERS; i++) {
            boolean gone = edition > 0 && (i + edition) % 20 == 0;
            boolean different = (i + edition) % 13 == 0;
            if (!gone) {
                servers.append(servers.isEmpty() ? "" : ",\n").append("""
                        "s%d": {"command": "sh", "args": ["%s", "%s", "%s"], "env": {"EDITION": "%d"}, "lazy": %s,
                          "restart": {"firstDelay": "100ms", "maxDelay": "2s", "maxRestarts": 1000},
                          "limits": {"maxInFlight": 64}}""".formatted(
                                i,
                                directory.resolve("server.sh"),
                                directory.resolve("logs").resolve("s" + i),
                                i % 2 == 0 ? "modern" : "legacy",
                                different ? edition : 0,
                                i % 10 == 3));
            }
        }
        String text = "{\"mcpServers\": {\n" + servers + "\n}}\n";
        try {
            Path draft = Files.writeString(directory.resolve("draft"), edition % 5 == 4 ? text.substring(9) : text);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Integer> acted() throws IOException {
        List<Integer> acted = new ArrayList<>();
        try (Stream<Path> logs = Files.list(directory.resolve("logs"))) {
            for (Path log : logs.toList()) {
                Files.readAllLines(log).forEach(line -> acted.add(Integer.parseInt(line)));
            }
        }
        return acted;
    }
}
