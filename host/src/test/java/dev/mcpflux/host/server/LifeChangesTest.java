package dev.mcpflux.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.server.LifeEvent.Verdict;
import dev.mcpflux.host.server.ServerLife.BackingOff;
import dev.mcpflux.host.server.ServerLife.Closed;
import dev.mcpflux.host.server.ServerLife.Closing;
import dev.mcpflux.host.server.ServerLife.Degraded;
import dev.mcpflux.host.server.ServerLife.Disabled;
import dev.mcpflux.host.server.ServerLife.Failed;
import dev.mcpflux.host.server.ServerLife.Idle;
import dev.mcpflux.host.server.ServerLife.Pending;
import dev.mcpflux.host.server.ServerLife.Quarantined;
import dev.mcpflux.host.server.ServerLife.Ready;
import dev.mcpflux.host.server.ServerLife.Starting;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the life of a server goes on: each state with each event, and random walks against a simple model. */
class LifeChangesTest {

    private static final McpException ERROR = new McpConnectionException("s", "it broke", Diagnostics.NONE, null);
    private static final PeerInfo PEER = new PeerInfo(
            ProtocolRevision.V2025_11_25,
            new Implementation("s", "1"),
            new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of()),
            null);
    private static final Duration TOOK = Duration.ofMillis(5);
    private static final Instant LATER = Instant.ofEpochMilli(1000);
    private static final Verdict AGAIN = new Verdict.Again(2, LATER);
    private static final Ready READY = new Ready(1, PEER, TOOK);

    private static final Map<String, ServerLife> LIVES = new LinkedHashMap<>();
    private static final Map<String, LifeEvent> EVENTS = new LinkedHashMap<>();

    static {
        LIVES.put("pending", new Pending());
        LIVES.put("disabled", new Disabled(ERROR));
        LIVES.put("idle", new Idle(1));
        LIVES.put("starting", new Starting(1, 1));
        LIVES.put("ready", READY);
        LIVES.put("degraded", new Degraded(1, PEER, TOOK, ERROR, LATER));
        LIVES.put("backing off", new BackingOff(1, ERROR, 2, LATER));
        LIVES.put("failed", new Failed(1, ERROR));
        LIVES.put("quarantined", new Quarantined(1, ERROR, 8));
        LIVES.put("closing", new Closing(READY));
        LIVES.put("closed", new Closed(ServerState.CLOSED, 1, null));
        EVENTS.put("start", LifeEvent.Signal.START);
        EVENTS.put("await", LifeEvent.Signal.AWAIT_USE);
        EVENTS.put("again", new LifeEvent.StartAgain(2, 3));
        EVENTS.put("opened", new LifeEvent.Opened(1, PEER, TOOK));
        EVENTS.put("startFailed", new LifeEvent.StartFailed(1, ERROR, AGAIN));
        EVENTS.put("lost", new LifeEvent.Lost(1, ERROR, AGAIN));
        EVENTS.put("rested", new LifeEvent.Rested(1));
        EVENTS.put("renewed", new LifeEvent.Renewed(2, PEER, TOOK));
        EVENTS.put("troubled", new LifeEvent.Troubled(1, ERROR, null));
        EVENTS.put("recovered", new LifeEvent.Recovered(1));
        EVENTS.put("close", LifeEvent.Signal.CLOSE);
        EVENTS.put("gone", LifeEvent.Signal.GONE);
        EVENTS.put("dismiss", LifeEvent.Signal.DISMISS);
    }

    /** What an event makes of a life; a dash where it stays as it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            life        | start    | await | again    | opened | startFailed | lost        | rested | renewed | troubled | recovered | close   | gone   | dismiss
            pending     | starting | idle  | -        | -      | -           | -           | -      | -       | -        | -         | closing | -      | closed
            disabled    | -        | -     | -        | -      | -           | -           | -      | -       | -        | -         | -       | -      | -
            idle        | -        | -     | starting | -      | -           | -           | -      | -       | -        | -         | closing | -      | -
            starting    | -        | -     | -        | ready  | backing off | -           | -      | -       | -        | -         | closing | -      | -
            ready       | -        | -     | starting | -      | -           | backing off | idle   | ready   | degraded | -         | closing | -      | -
            degraded    | -        | -     | starting | -      | -           | backing off | idle   | ready   | degraded | ready     | closing | -      | -
            backing off | -        | -     | starting | -      | -           | -           | idle   | -       | -        | -         | failed  | -      | -
            failed      | -        | -     | starting | -      | -           | -           | -      | -       | -        | -         | failed  | -      | -
            quarantined | -        | -     | starting | -      | -           | -           | -      | -       | -        | -         | failed  | -      | -
            closing     | -        | -     | -        | -      | -           | -           | -      | -       | -        | -         | -       | closed | -
            closed      | -        | -     | -        | -      | -           | -           | -      | -       | -        | -         | -       | -      | -
            """, useHeadersInDisplayName = true)
    void everyEventInEveryState(org.junit.jupiter.params.aggregator.ArgumentsAccessor row) {
        ServerLife life = LIVES.get(row.getString(0));
        int column = 1;
        for (Map.Entry<String, LifeEvent> event : EVENTS.entrySet()) {
            ServerLife next = LifeChanges.next(life, event.getValue());
            String found = next == life ? "-" : next.state().toString();
            assertThat(found).as(row.getString(0) + " " + event.getKey()).isEqualTo(row.getString(column++));
        }
        assertThat(column).isEqualTo(row.size());
    }

    /** Events of a generation that is over come late, and change nothing of the next. */
    @ParameterizedTest
    @ValueSource(strings = {"idle", "starting", "ready", "degraded", "backing off", "failed", "quarantined"})
    void eventsOfAnotherGenerationChangeNothing(String name) {
        ServerLife life = LIVES.get(name);
        for (int other : new int[] {0, 3}) {
            for (LifeEvent late : List.of(
                    new LifeEvent.StartAgain(other, 1),
                    new LifeEvent.Opened(other, PEER, TOOK),
                    new LifeEvent.StartFailed(other, ERROR, AGAIN),
                    new LifeEvent.Lost(other, ERROR, AGAIN),
                    new LifeEvent.Rested(other),
                    new LifeEvent.Renewed(other, PEER, TOOK),
                    new LifeEvent.Troubled(other, ERROR, LATER),
                    new LifeEvent.Recovered(other))) {
                assertThat(LifeChanges.next(life, late)).as(late.toString()).isSameAs(life);
            }
        }
    }

    @Test
    void verdictDecidesWhatFollowsAFailure() {
        assertThat(LifeChanges.next(READY, new LifeEvent.Lost(1, ERROR, AGAIN)))
                .isEqualTo(new BackingOff(1, ERROR, 2, LATER));
        assertThat(LifeChanges.next(READY, new LifeEvent.Lost(1, ERROR, new Verdict.Never())))
                .isEqualTo(new Failed(1, ERROR));
        assertThat(LifeChanges.next(new Starting(1, 4), new LifeEvent.StartFailed(1, ERROR, new Verdict.Quarantine(8))))
                .isEqualTo(new Quarantined(1, ERROR, 8));
    }

    @Test
    void renewalKeepsTheServerUsable() {
        ServerLife renewed = LifeChanges.next(READY, new LifeEvent.Renewed(2, PEER, Duration.ofMillis(7)));
        assertThat(renewed).isEqualTo(new Ready(2, PEER, Duration.ofMillis(7)));
        assertThat(LifeChanges.next(renewed, new LifeEvent.Lost(1, ERROR, AGAIN)))
                .as("the end of the old session")
                .isSameAs(renewed);
    }

    @Test
    void degradedRemembersTheSession() {
        ServerLife degraded = LifeChanges.next(READY, new LifeEvent.Troubled(1, ERROR, LATER));
        assertThat(degraded).isEqualTo(new Degraded(1, PEER, TOOK, ERROR, LATER));
        assertThat(LifeChanges.next(degraded, new LifeEvent.Recovered(1))).isEqualTo(READY);
    }

    @Test
    void troubleWithoutAPauseKeepsThePause() {
        McpException ping = new McpConnectionException("s", "it did not answer", Diagnostics.NONE, null);
        ServerLife paused = LifeChanges.next(READY, new LifeEvent.Troubled(1, ERROR, LATER));
        assertThat(LifeChanges.next(paused, new LifeEvent.Troubled(1, ping, null)))
                .isEqualTo(new Degraded(1, PEER, TOOK, ping, LATER));
    }

    @Test
    void serverThatWasDownIsShownAsFailedAfterTheClose() {
        for (String name : List.of("failed", "backing off", "quarantined")) {
            ServerLife closed =
                    LifeChanges.next(LifeChanges.next(LIVES.get(name), LifeEvent.Signal.CLOSE), LifeEvent.Signal.GONE);
            assertThat(closed).as(name).isEqualTo(new Closed(ServerState.FAILED, 1, ERROR));
        }
        assertThat(LifeChanges.next(new Closing(READY), LifeEvent.Signal.GONE))
                .isEqualTo(new Closed(ServerState.CLOSED, 1, null));
    }

    /** A model that knows three things only: whether it is over, whether there is a session, and how many there were. */
    private static final class Model {
        private boolean begun;
        private boolean over;
        private boolean gone;
        private boolean usable;
        private boolean starting;
        private int generation;

        void apply(LifeEvent event) {
            if (event == LifeEvent.Signal.GONE) {
                gone |= over;
            } else if (event == LifeEvent.Signal.CLOSE) {
                over = true;
            } else if (event == LifeEvent.Signal.DISMISS && !begun && !over) {
                over = true;
                gone = true;
            }
            if (over) {
                usable = false;
                starting = false;
                return;
            }
            if (event == LifeEvent.Signal.START && !begun) {
                begun = true;
                starting = true;
                generation = 1;
            } else if (event == LifeEvent.Signal.AWAIT_USE) {
                begun = true;
            } else if (event instanceof LifeEvent.StartAgain again
                    && begun
                    && !starting
                    && again.generation() == generation + 1) {
                starting = true;
                usable = false;
                generation++;
            } else if (event instanceof LifeEvent.Opened opened && starting && opened.generation() == generation) {
                starting = false;
                usable = true;
            } else if (event instanceof LifeEvent.StartFailed failed && failed.generation() == generation) {
                starting = false;
            } else if (event instanceof LifeEvent.Lost lost && lost.generation() == generation) {
                usable = false;
            } else if (event instanceof LifeEvent.Rested rested && rested.generation() == generation) {
                usable = false;
            } else if (event instanceof LifeEvent.Renewed renewed && usable && renewed.generation() == generation + 1) {
                generation++;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void randomWalksAgreeWithTheModel(long seed) {
        Random random = new Random(seed);
        for (int walk = 0; walk < 200; walk++) {
            ServerLife life = new Pending();
            Model model = new Model();
            for (int step = 0; step < 60; step++) {
                LifeEvent event = event(random, life.generation());
                ServerLife before = life;
                life = LifeChanges.next(life, event);
                model.apply(event);
                String what = "seed " + seed + ", walk " + walk + ", step " + step + ": " + before + " " + event;
                assertThat(life.state().isUsable()).as(what).isEqualTo(model.usable);
                assertThat(life instanceof Starting).as(what).isEqualTo(model.starting);
                assertThat(life instanceof Closing || life instanceof Closed)
                        .as(what)
                        .isEqualTo(model.over);
                assertThat(life instanceof Closed).as(what).isEqualTo(model.gone);
                assertThat(life.generation()).as(what).isEqualTo(model.generation);
                assertThat(life.generation()).as(what).isGreaterThanOrEqualTo(before.generation());
            }
        }
    }

    private static LifeEvent event(Random random, int generation) {
        int near = Math.max(0, generation + random.nextInt(3) - 1);
        List<Verdict> verdicts = Arrays.asList(AGAIN, new Verdict.Never(), new Verdict.Quarantine(3));
        Verdict verdict = verdicts.get(random.nextInt(3));
        return switch (random.nextInt(24)) {
            case 0 -> LifeEvent.Signal.START;
            case 1 -> LifeEvent.Signal.AWAIT_USE;
            case 2 -> random.nextInt(6) == 0 ? LifeEvent.Signal.CLOSE : LifeEvent.Signal.GONE;
            case 3 -> LifeEvent.Signal.DISMISS;
            case 4, 5, 6 -> new LifeEvent.Lost(near, ERROR, verdict);
            case 7, 8, 9 -> new LifeEvent.StartFailed(near, ERROR, verdict);
            case 10 -> new LifeEvent.Rested(near);
            case 11, 12 -> new LifeEvent.Renewed(near, PEER, TOOK);
            case 13, 14 -> new LifeEvent.Troubled(near, ERROR, random.nextBoolean() ? LATER : null);
            case 15 -> new LifeEvent.Recovered(near);
            case 16, 17, 18, 19 -> new LifeEvent.Opened(near, PEER, TOOK);
            default -> new LifeEvent.StartAgain(near + random.nextInt(2), 1);
        };
    }
}
