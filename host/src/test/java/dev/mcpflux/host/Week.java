package dev.mcpflux.host;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.FaultyServer;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ServerCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A host for some simulated days: servers die, hang, refuse to start and come back, callers call and give up, somebody edits
 * the configuration and presses buttons, all of it from one seed. After each step the rules are checked that hold whatever
 * happens.
 */
final class Week {

    private static final int SERVERS = 6;
    private static final int MAX_IN_FLIGHT = 3;
    private static final Duration REQUEST = Duration.ofMinutes(2);
    private static final Duration QUEUE = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    /** A call waits at most for starts, for its turn, and for its answer. */
    private static final Duration LONGEST = Duration.ofMinutes(12);

    private final long seed;
    private final Random random;
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<FaultyServer> faulty = new ArrayList<>();
    private final Map<String, Integer> variants = new HashMap<>();
    private final List<Call> pending = new ArrayList<>();
    /** How often each call has reached a server, by its number. */
    private final Map<Integer, Integer> received = new HashMap<>();

    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final McpHost host;

    private int calls;
    private int answered;
    private int failed;
    private int unknown;
    private int cancelled;
    private int starts;
    private int quarantines;
    private int changes;
    private String problem;

    Week(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        for (int i = 0; i < SERVERS; i++) {
            FaultyServer server = new FaultyServer("s" + i, i == SERVERS - 1);
            server.memory().handle("work", call -> work(server, call));
            if (i % 2 == 0) {
                server.memory().revisions("2025-11-25");
            }
            faulty.add(server);
            variants.put(server.name(), 0);
        }
        host = McpHost.create(config());
        EventSink.direct(host.events()).subscribe(this::happened);
    }

    // -- the servers

    /** Answers at once, later, never, or with its death. */
    private Mono<CallToolResult> work(FaultyServer server, ServerCall call) {
        int number = call.arguments().path("call").asInt();
        received.merge(number, 1, Integer::sum);
        inFlight.merge(server.name(), 1, Integer::sum);
        Mono<CallToolResult> answer = switch (random.nextInt(12)) {
            case 0 -> Mono.never();
            case 1 ->
                Mono.delay(seconds(1 + random.nextInt(300)), time)
                        .map(tick -> InMemoryServer.text(server.name() + " " + number));
            case 2 ->
                Mono.delay(seconds(random.nextInt(20)), time)
                        .doOnNext(tick -> server.crash())
                        .then(Mono.never());
            case 3 -> Mono.error(InMemoryServer.rpcError(-32603, "no"));
            default -> Mono.just(InMemoryServer.text(server.name() + " " + number));
        };
        return answer.doFinally(end -> inFlight.merge(server.name(), -1, Integer::sum));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private HostConfig config() {
        HostConfig.Builder config = HostConfig.builder()
                .shutdownHook(false)
                .closeTimeout(Duration.ofMinutes(5))
                .session(SessionOptions.builder()
                        .timer(time)
                        .withoutSchemas()
                        .startTimeout(Duration.ofSeconds(40))
                        .request(RequestOptions.within(REQUEST))
                        .build());
        for (FaultyServer server : faulty) {
            Integer variant = variants.get(server.name());
            if (variant != null) {
                config.server(definition(server, variant));
            }
        }
        return config.build();
    }

    /** The same variant of a server is the same definition. */
    private static ServerDefinition definition(FaultyServer server, int variant) {
        int i = Integer.parseInt(server.name().substring(1));
        return ServerDefinition.of(server)
                .with(options -> options.era(i % 2 == 0 ? EraPolicy.LEGACY : EraPolicy.AUTO)
                        .dependsOn(i == 3 ? Set.of("s1") : Set.of())
                        // makes each variant another definition
                        .toolTimeouts(Map.of("unused", Duration.ofSeconds(1 + variant)))
                        .limits(limits -> limits.maxInFlight(MAX_IN_FLIGHT)
                                .maxQueued(4)
                                .queueTimeout(QUEUE)
                                .failures(i == 2 ? 3 : 0)
                                .rate(i == 4 ? 5 : 0))
                        .restart(restart -> restart.jitter(0).maxRestarts(4).maxDelay(Duration.ofMinutes(2)))
                        .lifetime(life -> life.lazy(i == 1 || variant % 3 == 2)
                                .idleTimeout(i == 0 || i == 1 ? Duration.ofMinutes(10) : null)
                                .maxLifetime(i == 2 || i == 4 ? Duration.ofHours(6) : null)
                                .drainTimeout(DRAIN)
                                .pingInterval(i % 2 == 0 ? Duration.ofMinutes(5) : null)));
    }

    // -- the callers

    private final class Call extends BaseSubscriber<CallToolResult> {
        private final int number;
        private final String server;
        private final long begin = now();
        private int ends;
        private boolean gaveUp;

        Call(int number, String server) {
            this.number = number;
            this.server = server;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(CallToolResult result) {
            answered++;
            String text = result.content().toString();
            if (!text.contains(server + " " + number)) {
                problem = "call " + number + " of " + server + " was answered with " + text;
            }
        }

        @Override
        protected void hookOnError(Throwable e) {
            if (!(e instanceof McpException error)) {
                problem = "call " + number + " failed with " + e;
                return;
            }
            failed++;
            if (error.outcome() == CallOutcome.UNKNOWN) {
                unknown++;
            }
            if (error.outcome() == CallOutcome.NOT_SENT && received.containsKey(number)) {
                problem = "call " + number + " was received, but failed as not sent: " + e;
            }
        }

        @Override
        protected void hookFinally(SignalType type) {
            if (++ends > 1) {
                problem = "call " + number + " ended more than once";
            }
        }
    }

    private void call() {
        String server = "s" + random.nextInt(SERVERS);
        Call call = new Call(++calls, server);
        pending.add(call);
        host.callTool(server + "__work", Map.of("call", call.number)).subscribe(call);
    }

    private void giveUp() {
        if (!pending.isEmpty()) {
            Call call = pending.get(random.nextInt(pending.size()));
            if (call.ends == 0) {
                call.gaveUp = true;
                cancelled++;
                call.cancel();
            }
        }
    }

    // -- what happens

    private void happened(HostEvent event) {
        if (event instanceof HostEvent.ServersChanged changed) {
            changes++;
            changed.change().replaced().forEach(generations::remove);
            changed.change().added().forEach(generations::remove);
        } else if (event instanceof HostEvent.StateChanged changed) {
            int before = generations.getOrDefault(changed.server(), 0);
            int now = changed.after().generation();
            if (now < before || now > before + 1) {
                problem = changed.server() + " goes from generation " + before + " to " + changed.after();
            }
            generations.put(changed.server(), now);
            starts += changed.after() instanceof ServerLife.Starting ? 1 : 0;
            quarantines += changed.after() instanceof ServerLife.Quarantined ? 1 : 0;
        }
    }

    private void step() {
        FaultyServer server = faulty.get(random.nextInt(SERVERS));
        String name = server.name();
        int dice = random.nextInt(100);
        if (dice < 40) {
            int burst = 1 + random.nextInt(random.nextInt(10) == 0 ? 12 : 2);
            note("calls " + burst);
            for (int i = 0; i < burst; i++) {
                call();
            }
        } else if (dice < 48) {
            note("give up");
            giveUp();
        } else if (dice < 56) {
            note("crash " + name);
            server.crash();
        } else if (dice < 61) {
            note("refuse " + name);
            server.refuse();
        } else if (dice < 64) {
            note("hang at the start " + name);
            server.opening(Mono.never());
        } else if (dice < 68) {
            note("slow start and close " + name);
            server.opening(delay(1 + random.nextInt(30)));
            server.closing(delay(random.nextInt(15)));
        } else if (dice < 78) {
            note("as usual " + name);
            server.refuse(null).opening(Mono.empty()).closing(Mono.empty());
            server.memory().recover("ping");
        } else if (dice < 80) {
            note("no pings " + name);
            server.memory().ignore("ping");
        } else if (dice < 84) {
            note("restart " + name);
            ignoreErrors(host.restart(name));
        } else if (dice < 88) {
            note("release " + name);
            ignoreErrors(Mono.defer(() -> host.server(name).release()));
        } else if (dice < 92) {
            edit(name);
        } else if (dice < 95) {
            note("list");
            host.tools().subscribe(tool -> {}, e -> problem = "listing failed: " + e);
        } else {
            note("nothing");
        }
    }

    private void edit(String name) {
        Integer variant = variants.get(name);
        if (variant == null) {
            variants.put(name, random.nextInt(4));
        } else if (random.nextInt(3) == 0) {
            variants.remove(name);
        } else {
            variants.put(name, random.nextInt(4));
        }
        note("edit " + name + ": " + variants);
        Disposable change = ignoreErrors(host.apply(config()));
        if (random.nextInt(4) == 0) {
            change.dispose();
        }
    }

    private Mono<Void> delay(int seconds) {
        return Mono.defer(() -> Mono.delay(seconds(seconds), time).then());
    }

    private Disposable ignoreErrors(Mono<?> work) {
        return work.subscribe(done -> {}, e -> {
            if (!(e instanceof McpException)) {
                problem = "a change failed with " + e;
            }
        });
    }

    private void note(String what) {
        log.add(Duration.ofMillis(now()) + " " + what);
        if (log.size() > 40) {
            log.remove(0);
        }
    }

    private long now() {
        return time.now(TimeUnit.MILLISECONDS);
    }

    // -- the rules

    private void check() {
        pending.removeIf(call -> call.ends > 0);
        for (Call call : pending) {
            require(now() - call.begin <= LONGEST.toMillis(), "call " + call.number + " has no end");
        }
        received.forEach((call, times) -> require(times == 1, "call " + call + " was sent " + times + " times"));
        received.clear();
        require(problem == null, problem);
        Map<String, ServerStatus> statuses = new LinkedHashMap<>();
        host.servers().forEach(status -> statuses.put(status.name(), status));
        for (FaultyServer server : faulty) {
            check(server, statuses.get(server.name()));
        }
    }

    private void check(FaultyServer server, ServerStatus status) {
        String name = server.name();
        // an old one that drains or closes, and the next one beside it: a renewal, or a network server that is replaced
        int most = status != null && (name.equals("s2") || name.equals("s4") || server.remote()) ? 3 : 1;
        require(server.live() <= most, name + " has " + server.live() + " connections: " + status);
        int limit = MAX_IN_FLIGHT * (most == 1 ? 1 : 2);
        require(inFlight.getOrDefault(name, 0) <= limit, name + " has " + inFlight + " calls in flight");
        if (status == null) {
            return;
        }
        if (status.life() instanceof ServerLife.Ready || status.life() instanceof ServerLife.Degraded) {
            require(server.live() >= 1, name + " is usable without a connection: " + status);
        }
        require(status.generation() >= 0 && status.queued() >= 0, "counts of " + status);
        require(status.queued() <= 4 + MAX_IN_FLIGHT, name + " has a queue of " + status.queued());
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ": " + what + "\n" + String.join("\n", log));
        }
    }

    // -- the run

    /** Lives through so many days, and closes. */
    Week run(int days) {
        try {
            host.start().subscribe(v -> {}, e -> {});
            long end = Duration.ofDays(days).toMillis();
            while (now() < end) {
                step();
                check();
                // mostly seconds, sometimes hours
                int scale = random.nextInt(20) == 0 ? 7200 : random.nextInt(4) == 0 ? 600 : 20;
                time.advanceTimeBy(Duration.ofMillis(1 + random.nextInt(scale * 1000)));
                check();
            }
            close();
            return this;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + String.join("\n", log), e);
        }
    }

    private void close() {
        note("close");
        boolean[] closed = {false};
        host.close().subscribe(v -> {}, e -> closed[0] = true, () -> closed[0] = true);
        faulty.forEach(server -> server.closing(Mono.empty()));
        time.advanceTimeBy(Duration.ofMinutes(10));
        check();
        require(closed[0], "the host does not close");
        faulty.forEach(server -> require(server.live() == 0, server.name() + " has a connection after the close"));
        require(pending.isEmpty(), pending.size() + " calls are pending after the close");
        require(Collections.max(inFlight.values()) == 0, "calls in flight after the close: " + inFlight);
        int opened = opened();
        time.advanceTimeBy(Duration.ofDays(1));
        require(opened() == opened, "something was opened after the close");
        require(answered + failed + cancelled >= calls, "calls without an end: " + this);
        require(host.pendingRequests() == 0, "requests after the close");
    }

    private int opened() {
        return faulty.stream().mapToInt(FaultyServer::opened).sum();
    }

    /** Whether something of everything has happened. */
    void requireVariety() {
        require(
                answered > 0
                        && failed > 0
                        && unknown > 0
                        && cancelled > 0
                        && starts > 0
                        && quarantines > 0
                        && changes > 0,
                "too little has happened: " + this);
    }

    @Override
    public String toString() {
        return "Week[seed=" + seed + ", calls=" + calls + ", answered=" + answered + ", failed=" + failed + ", unknown="
                + unknown + ", cancelled=" + cancelled + ", starts=" + starts + ", quarantines=" + quarantines
                + ", changes=" + changes + "]";
    }
}
