package dev.mcpflux.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.HostileServer;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.cli.terminal.TableLine;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchTableTest {

    static final Instant NOW = Instant.parse("2026-07-28T12:00:00Z");

    private static final McpException LOST = new McpClosedException("files", "its process ended");

    static ServerLife ready(int generation) {
        return new ServerLife.Ready(
                generation,
                new PeerInfo(
                        ProtocolRevision.V2025_11_25,
                        new Implementation("player", "7"),
                        new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of()),
                        null),
                Duration.ofMillis(80));
    }

    static WatchRow row(String name, ServerLife life, RoundTrips trips, String error) {
        return new WatchRow(name, life, NOW.minusSeconds(75), 2, 0, trips, error, error == null ? null : error + "!");
    }

    private static List<WatchRow> rows() {
        return List.of(
                row("weather", ready(1), RoundTrips.NONE.with(1_250_000).with(30_000_000), null),
                row(
                        "files",
                        new ServerLife.BackingOff(3, LOST, 4, NOW.plusMillis(2100)),
                        RoundTrips.NONE,
                        "its process ended"),
                row("search", new ServerLife.Quarantined(9, LOST, 6), RoundTrips.NONE, "its process ended"),
                row(
                        "tracker",
                        ready(2),
                        RoundTrips.NONE.with(1_234_000_000),
                        "it did not answer within 30 s, and was started anew"));
    }

    private static WatchTable table(List<WatchRow> rows) {
        return new WatchTable(
                NOW,
                Duration.ofMinutes(10),
                "mcp.json",
                rows,
                List.of("11:59:57  files  backing off: its process ended", "11:59:58  search  its tools changed"),
                List.of("11:59:59  files  stderr: listening"));
    }

    private static String text(WatchTable table, WatchView view, int columns, int lines) {
        return table.lines(view, new ScreenSize(columns, lines)).stream()
                .map(line -> line.text().stripTrailing())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    // -- golden screens

    @Test
    void wideScreen() {
        assertThat(text(table(rows()), WatchView.FIRST.select("search"), 120, 13))
                .isEqualTo("""
                2/4 ready, 1 backing off, 1 quarantined                                                     by name  mcp.json  up 10m00s
                  NAME     STATE                           GEN     UP  CALLS  QUEUED     P50      P99  LAST ERROR
                  files    backing off, next start in 3 s    3  1m15s      2       0       -        -  its process ended
                > search   quarantined after 6 restarts      9  1m15s      2       0       -        -  its process ended
                  tracker  ready                             2  1m15s      2       0   1.2 s    1.2 s  it did not answer within 30 s, a…
                  weather  ready                             1  1m15s      2       0  1.3 ms  30.0 ms

                EVENTS
                11:59:57  files  backing off: its process ended
                11:59:58  search  its tools changed


                q quit  ? help  j/k select  r restart  u release  s sort  e error  l log  space pause
                """);
    }

    @Test
    void narrowScreen() {
        assertThat(text(table(rows()), WatchView.FIRST.select("search"), 60, 13))
                .isEqualTo("""
                2/4 ready, 1 backing off, 1 quarantined  mcp.json  up 10m00s
                  NAME     STATE               UP      P99  LAST ERROR
                  files    backing off 3 s  1m15s        -  its process end…
                > search   quarantined 6x   1m15s        -  its process end…
                  tracker  ready            1m15s    1.2 s  it did not answ…
                  weather  ready            1m15s  30.0 ms

                EVENTS
                11:59:57  files  backing off: its process ended
                11:59:58  search  its tools changed


                q quit  ? help  j/k select  r restart  u release  s sort  e…
                """);
    }

    // -- layout

    @ParameterizedTest
    @CsvSource({"20,5", "40,8", "60,24", "80,24", "120,30", "200,60", "10,3", "1,1"})
    void everyLineFits(int columns, int lines) {
        for (WatchView.Panel panel : WatchView.Panel.values()) {
            WatchView view = WatchView.FIRST.toggle(panel);
            List<TableLine> screen = table(rows()).lines(view, new ScreenSize(columns, lines));

            assertThat(screen).hasSizeLessThanOrEqualTo(lines);
            assertThat(screen)
                    .allSatisfy(
                            line -> assertThat(TextColumns.width(line.text())).isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void selectedRowIsVisibleAmongMany() {
        List<WatchRow> many = IntStream.range(0, 100)
                .mapToObj(i -> row(String.format("s%02d", i), ready(1), RoundTrips.NONE, null))
                .toList();
        for (int i = 0; i < 100; i++) {
            String name = String.format("s%02d", i);
            assertThat(text(table(many), WatchView.FIRST.select(name), 80, 20))
                    .contains("> " + name)
                    .contains("EVENTS");
        }
    }

    @Test
    void sortsByUrgencyAndBySlowness() {
        assertThat(order(WatchView.FIRST)).containsExactly("files", "search", "tracker", "weather");
        assertThat(order(WatchView.FIRST.sorted())).containsExactly("search", "files", "tracker", "weather");
        assertThat(order(WatchView.FIRST.sorted().sorted())).containsExactly("tracker", "weather", "files", "search");
    }

    private static List<String> order(WatchView view) {
        return table(rows()).lines(view, new ScreenSize(120, 20)).subList(2, 6).stream()
                .map(line -> line.text().substring(2).split(" ")[0])
                .toList();
    }

    @Test
    void panelsShowErrorLogAndHelp() {
        WatchView view = WatchView.FIRST.select("files");

        assertThat(text(table(rows()), view, 80, 20)).contains("EVENTS\n11:59:57  files  backing off");
        assertThat(text(table(rows()), view.toggle(WatchView.Panel.LOGS), 80, 20))
                .contains("LOG OF files\n11:59:59  files  stderr: listening");
        assertThat(text(table(rows()), view.toggle(WatchView.Panel.ERROR), 80, 20))
                .contains("LAST ERROR OF files\nits process ended!");
        assertThat(text(table(rows()), view.select("weather").toggle(WatchView.Panel.ERROR), 80, 20))
                .contains("LAST ERROR OF weather\nnone");
        assertThat(text(table(rows()), view.toggle(WatchView.Panel.HELP), 80, 20))
                .contains("KEYS\nq ");
        assertThat(text(table(rows()), view.pause(), 80, 20).lines().findFirst().orElseThrow())
                .contains("PAUSED  by name  mcp.json  up 10m00s");
    }

    @Test
    void latestEventsAreShown() {
        List<String> many = IntStream.range(0, 50).mapToObj(i -> "event " + i).toList();
        WatchTable table = new WatchTable(NOW, Duration.ZERO, "", rows(), many, List.of());

        assertThat(text(table, WatchView.FIRST, 80, 20)).contains("event 49\n").doesNotContain("event 10\n");
    }

    @Test
    void withoutServersThereIsATable() {
        assertThat(text(table(List.of()), WatchView.FIRST, 80, 10))
                .startsWith("0/0 ready")
                .contains("NAME");
    }

    // -- hostile text

    @Test
    void hostileTextIsCutAndSafe() {
        String hostile = HostileServer.WORDS;
        List<WatchRow> rows = new ArrayList<>();
        rows.add(new WatchRow(hostile, ready(1), NOW, 0, 0, RoundTrips.NONE, hostile, hostile + "\n" + hostile));
        rows.add(row("x".repeat(100_000), ready(1), RoundTrips.NONE, "y".repeat(100_000)));
        rows.add(row("漢字".repeat(1000), ready(1), RoundTrips.NONE, "😀".repeat(1000)));
        WatchTable table = new WatchTable(
                NOW, Duration.ZERO, hostile, rows, List.of(hostile), List.of(hostile, "z".repeat(100_000)));
        for (WatchView.Panel panel : WatchView.Panel.values()) {
            for (int width : new int[] {60, 120}) {
                List<TableLine> lines =
                        table.lines(WatchView.FIRST.select(hostile).toggle(panel), new ScreenSize(width, 24));

                assertThat(lines).allSatisfy(line -> {
                    assertThat(line.text())
                            .isEqualTo(SafeText.text(line.text()))
                            .doesNotContain("\n");
                    assertThat(TextColumns.width(line.text())).isLessThanOrEqualTo(width);
                });
            }
        }
    }
}
