package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.ServerLife.Attempt;
import dev.mcpflux.host.ServerLife.Closed;
import dev.mcpflux.host.ServerLife.Closing;
import dev.mcpflux.host.ServerLife.Disabled;
import dev.mcpflux.host.ServerLife.Failed;
import dev.mcpflux.host.ServerLife.Ready;
import dev.mcpflux.host.ServerLife.Starting;
import dev.mcpflux.host.ServerLife.Waiting;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the life of a server goes on: each state with each event. */
class ServerLifeTest {

    private static final Attempt FIRST = Attempt.after(0);
    private static final Attempt SECOND = Attempt.after(1);
    private static final McpSession SESSION = session();
    private static final McpSession OTHER = session();
    private static final McpException ERROR = new McpConnectionException("s", "it broke", Diagnostics.NONE, null);
    private static final PeerInfo PEER = new PeerInfo(
            ProtocolRevision.V2025_11_25,
            new Implementation("s", "1"),
            new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of()),
            null);
    private static final Duration TOOK = Duration.ofMillis(5);

    private static final ServerLife STARTING = new Starting(FIRST, null, null);
    private static final ServerLife OPENING = new Starting(FIRST, SESSION, null);
    private static final ServerLife READY = new Ready(1, SESSION, PEER, TOOK, null);
    private static final ServerLife FAILED = new Failed(1, ERROR, SESSION, PEER, TOOK, null);

    private static final Map<String, ServerLife> LIVES = new LinkedHashMap<>();
    private static final Map<String, LifeEvent> EVENTS = new LinkedHashMap<>();

    static {
        LIVES.put("waiting", new Waiting(FIRST));
        LIVES.put("disabled", new Disabled(ERROR));
        LIVES.put("starting", STARTING);
        LIVES.put("opening", OPENING);
        LIVES.put("ready", READY);
        LIVES.put("failed", FAILED);
        LIVES.put("closing", new Closing(READY));
        LIVES.put("closed", Closed.after(new Closing(READY)));
        EVENTS.put("start", LifeEvent.Signal.START);
        EVENTS.put("resolved", new LifeEvent.Resolved(1, SESSION));
        EVENTS.put("opened", new LifeEvent.Opened(1, PEER, TOOK));
        EVENTS.put("startFailed", new LifeEvent.StartFailed(1, ERROR));
        EVENTS.put("lost", new LifeEvent.Lost(1, ERROR));
        EVENTS.put("startAgain", new LifeEvent.StartAgain(SECOND));
        EVENTS.put("close", LifeEvent.Signal.CLOSE);
        EVENTS.put("gone", LifeEvent.Signal.GONE);
        EVENTS.put("dismiss", LifeEvent.Signal.DISMISS);
    }

    private static McpSession session() {
        return McpSession.create(ScriptedPeer.named("s").transport(), SessionOptions.defaults());
    }

    /** What an event makes of a life; a dash where it stays as it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            life     | start    | resolved | opened | startFailed | lost   | startAgain | close   | gone   | dismiss
            waiting  | starting | -        | -      | -           | -      | -          | closing | -      | closed
            disabled | -        | -        | -      | -           | -      | -          | -       | -      | -
            starting | -        | starting | -      | failed      | -      | -          | closing | -      | -
            opening  | -        | starting | ready  | failed      | -      | -          | closing | -      | -
            ready    | -        | -        | -      | -           | failed | starting   | closing | -      | -
            failed   | -        | -        | -      | -           | -      | starting   | failed  | -      | -
            closing  | -        | -        | -      | -           | -      | -          | -       | closed | -
            closed   | -        | -        | -      | -           | -      | -          | -       | -      | -
            """, useHeadersInDisplayName = true)
    void everyEventInEveryState(
            String name,
            String start,
            String resolved,
            String opened,
            String startFailed,
            String lost,
            String startAgain,
            String close,
            String gone,
            String dismiss) {
        ServerLife life = LIVES.get(name);
        String[] expected = {start, resolved, opened, startFailed, lost, startAgain, close, gone, dismiss};
        int column = 0;
        for (Map.Entry<String, LifeEvent> event : EVENTS.entrySet()) {
            ServerLife next = ServerLife.next(life, event.getValue());
            String found = next == life ? "-" : next.state().toString();
            assertThat(found).as(name + " " + event.getKey()).isEqualTo(expected[column++]);
        }
    }

    /** Events of an attempt that is over come late, and change nothing of the next. */
    @Test
    void lateEventsOfAnEarlierAttemptChangeNothing() {
        ServerLife again = ServerLife.next(FAILED, new LifeEvent.StartAgain(SECOND));
        assertThat(again).isEqualTo(new Starting(SECOND, null, SESSION));
        for (LifeEvent late : new LifeEvent[] {
            new LifeEvent.Resolved(1, OTHER),
            new LifeEvent.Opened(1, PEER, TOOK),
            new LifeEvent.StartFailed(1, ERROR),
            new LifeEvent.Lost(1, ERROR),
            new LifeEvent.StartAgain(SECOND)
        }) {
            assertThat(ServerLife.next(again, late)).isSameAs(again);
        }
        assertThat(ServerLife.next(new Ready(2, OTHER, PEER, TOOK, SESSION), new LifeEvent.Lost(1, ERROR)))
                .isInstanceOf(Ready.class);
        assertThat(ServerLife.next(new Ready(2, OTHER, PEER, TOOK, SESSION), new LifeEvent.StartAgain(SECOND)))
                .isInstanceOf(Ready.class);
    }

    @Test
    void startKeepsThePreviousSessionUntilTheNext() {
        ServerLife life = ServerLife.next(READY, new LifeEvent.StartAgain(SECOND));
        life = ServerLife.next(life, new LifeEvent.Resolved(2, OTHER));
        life = ServerLife.next(life, new LifeEvent.Opened(2, PEER, TOOK));
        assertThat(life).isEqualTo(new Ready(2, OTHER, PEER, TOOK, SESSION));
        assertThat(ServerLife.next(life, new LifeEvent.StartAgain(Attempt.after(2)))
                        .previous())
                .isSameAs(OTHER);
    }

    @Test
    void failedServerIsClosedAndStaysFailed() {
        ServerLife closing = ServerLife.next(FAILED, LifeEvent.Signal.CLOSE);
        assertThat(closing).isEqualTo(new Closing(FAILED));
        assertThat(ServerLife.next(closing, new LifeEvent.StartAgain(SECOND))).isSameAs(closing);
        ServerLife closed = ServerLife.next(closing, LifeEvent.Signal.GONE);
        assertThat(closed).isEqualTo(new Closed(ServerState.FAILED, 1, PEER, TOOK, ERROR));
        assertThat(closed.session()).isNull();
    }

    @Test
    void onlyAStartThatIsNotSettledIsWaitedFor() {
        assertThat(LIVES)
                .allSatisfy((name, life) -> assertThat(life.pending() != null)
                        .as(name)
                        .isEqualTo(life instanceof Waiting || life instanceof Starting));
        assertThat(new Closing(OPENING).pending()).isEqualTo(FIRST);
    }
}
