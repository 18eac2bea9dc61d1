package dev.mcpflux.cli.watch;

import static dev.mcpflux.cli.watch.WatchTableTest.NOW;
import static dev.mcpflux.cli.watch.WatchTableTest.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.HostileServer;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class WatchModelTest {

    private static final McpException LOST = new McpClosedException("a", "its process ended");

    private final WatchModel model =
            new WatchModel(Clock.fixed(NOW, ZoneOffset.UTC), ZoneOffset.UTC, "mcp.json", LogLevel.WARNING);

    private static ServerStatus status(String name, ServerLife life, int calls) {
        return new ServerStatus(name, life, NOW, false, null, null, null, calls, 0);
    }

    private WatchTable table() {
        return model.table(List.of(status("a", ready(2), 3), status("b", ready(1), 0)), WatchView.FIRST);
    }

    private void stderr(String server, String line) {
        model.add(new HostEvent.FromServer(server, new SessionEvent.Link(new ConnectionEvent.StderrLine(line))));
    }

    private void log(String server, String level, String text) {
        model.add(new HostEvent.FromServer(
                server,
                new SessionEvent.ServerLog(new LogMessage(level, null, JsonNodeFactory.instance.stringNode(text)))));
    }

    @Test
    void lastErrorStaysAfterTheServerHasComeBack() {
        model.add(new HostEvent.StateChanged("a", ready(1), new ServerLife.BackingOff(1, LOST, 2, NOW)));
        model.add(new HostEvent.StateChanged("a", new ServerLife.Starting(2, 2), ready(2)));

        assertThat(table().rows().get(0).error()).isEqualTo("its process ended");
        assertThat(table().rows().get(0).details()).isEqualTo("server 'a': its process ended");
        assertThat(table().events())
                .containsExactly(
                        "12:00:00  a  backing off: server 'a': its process ended",
                        "12:00:00  a  ready: player 7, revision 2025-11-25");
    }

    @Test
    void errorFromBeforeIsAnEvent() {
        model.add(new HostEvent.CurrentState("a", new ServerLife.Failed(1, LOST)));
        model.add(new HostEvent.CurrentState("b", ready(1)));
        model.add(new HostEvent.CurrentState("c", new ServerLife.Disabled(LOST)));

        assertThat(table().events()).containsExactly("12:00:00  a  failed: server 'a': its process ended");
    }

    @Test
    void changeOfDetailsIsNoEvent() {
        model.add(new HostEvent.StateChanged(
                "a", new ServerLife.BackingOff(1, LOST, 2, NOW), new ServerLife.BackingOff(1, LOST, 3, NOW)));

        assertThat(table().events()).isEmpty();
    }

    @Test
    void logsAreKeptForEachServer() {
        stderr("a", "one");
        stderr("b", "two");
        log("a", "error", "three");
        log("a", "info", "too low");

        assertThat(table().logs()).containsExactly("12:00:00  a  stderr: one", "12:00:00  a  error: three");
        assertThat(model.table(List.of(status("a", ready(1), 0), status("b", ready(1), 0)), WatchView.FIRST.select("b"))
                        .logs())
                .containsExactly("12:00:00  b  stderr: two");
        assertThat(table().events()).containsExactly("12:00:00  a  error: three");
    }

    @Test
    void linesAreBounded() {
        for (int i = 0; i < 1000; i++) {
            stderr("a", "line " + i);
            model.note("a", "note " + i);
        }

        assertThat(table().logs()).hasSize(200).last().isEqualTo("12:00:00  a  stderr: line 999");
        assertThat(table().events()).hasSize(200).last().isEqualTo("12:00:00  a  note 999");
    }

    @Test
    void ownProbesAreNoWork() {
        assertThat(table().rows().get(0).calls()).isEqualTo(3);
        assertThat(model.beginProbe("a")).isTrue();
        assertThat(model.beginProbe("a")).isFalse();
        assertThat(table().rows().get(0).calls()).isEqualTo(2);
        assertThat(model.beginProbe("b")).isTrue();
        assertThat(table().rows().get(1).calls()).isZero();
        model.endProbe("a");
        assertThat(table().rows().get(0).calls()).isEqualTo(3);
        assertThat(model.beginProbe("a")).isTrue();
    }

    @Test
    void probesHaveTimesAndErrors() {
        model.roundTrip("a", 2_000_000);
        model.probeFailed("b", new McpClosedException("b", "no answer"));

        assertThat(table().rows().get(0).trips().text(50)).isEqualTo("2.0 ms");
        assertThat(table().rows().get(1).error()).isEqualTo("probe: no answer");
    }

    @Test
    void removedServerIsForgotten() {
        model.roundTrip("a", 2_000_000);
        WatchTable without = model.table(List.of(status("b", ready(1), 0)), WatchView.FIRST);

        assertThat(without.rows()).hasSize(1);
        assertThat(table().rows().get(0).trips().isEmpty()).isTrue();
    }

    @Test
    void hostileTextIsSafe() {
        stderr("a", HostileServer.WORDS);
        log("a", HostileServer.WORDS, HostileServer.WORDS);
        model.note(HostileServer.WORDS, HostileServer.WORDS);

        WatchTable table = table();
        assertThat(table.events()).isNotEmpty().allSatisfy(WatchModelTest::assertSafe);
        assertThat(table.logs()).hasSize(2).allSatisfy(WatchModelTest::assertSafe);
    }

    private static void assertSafe(String line) {
        assertThat(line).isEqualTo(SafeText.text(line)).doesNotContain("\n");
    }
}
