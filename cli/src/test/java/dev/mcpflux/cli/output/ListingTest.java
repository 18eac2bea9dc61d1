package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Colours;
import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {

    private record Row(String name, String state, String detail, String text) {}

    private static final List<Row> ROWS = List.of(
            new Row("files", "ready", "4711", "Reads and writes files in the directories that it was given"),
            new Row("日本語の名前", "failed", "-", "a" + "b".repeat(200)));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    private static final Listing<Row> LISTING = Listing.<Row>builder()
            .column("NAME", Row::name)
            .column("STATE", Row::state, row -> row.state().equals("ready") ? Style.GOOD : Style.BAD)
            .optional("DETAIL", Row::detail)
            .wide("LENGTH", row -> row.text().length())
            .column("WHAT IT DOES", Row::text)
            .name(Row::name)
            .build();

    private Output output(String format, int columns, int lines, Colours colours) {
        OutputStyle style = new OutputStyle(OutputFormat.of(format), colours, true);
        Display display = new Display(
                Terminal.Target.TERMINAL, () -> true, environment::get, () -> new ScreenSize(columns, lines));
        return new Output(style, out, display, new PrintWriter(err, true, StandardCharsets.UTF_8));
    }

    private String list(String format, int columns) {
        out.reset();
        output(format, columns, 99, Colours.NEVER).list(LISTING, ROWS);
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 50, 60, 61, 80, 120, 200})
    void tableFitsTheTerminal(int columns) {
        assertThat(list("table", columns).lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(TextColumns.width(line)).isLessThanOrEqualTo(columns));
        assertThat(list("table", columns)).contains("NAME", "STATE", "files", "ready", "failed");
    }

    @Test
    void narrowTerminalHasFewerColumns() {
        assertThat(list("table", 60)).contains("DETAIL").doesNotContain("LENGTH");
        assertThat(list("table", 42)).doesNotContain("DETAIL").contains("日本語の名前  failed");
        assertThat(list("table", 60)).isEqualToNormalizingNewlines("""
                NAME          STATE   DETAIL  WHAT IT DOES
                files         ready   4711    Reads and writes files in the…
                日本語の名前  failed  -       abbbbbbbbbbbbbbbbbbbbbbbbbbbb…
                """);
    }

    @Test
    void wideHasEverything() {
        assertThat(list("wide", 60)).contains("LENGTH", "201", "b".repeat(200), "that it was given");
    }

    @Test
    void namesAreOneALine() {
        assertThat(list("name", 60)).isEqualToNormalizingNewlines("files\n日本語の名前\n");
    }

    @Test
    void documentsAreInEachFormat() {
        assertThat(McpJson.mapper()
                        .readTree(list("json", 60))
                        .get(0)
                        .get("name")
                        .asString())
                .isEqualTo("files");
        assertThat(list("yaml", 60)).contains("- name: files\n  state: ready\n  detail: '4711'\n");
        assertThat(list("jsonpath={.items[*].state}", 60)).isEqualToNormalizingNewlines("ready failed\n");
    }

    @Test
    void coloursAddNothingButStyle() {
        String plain = list("table", 60);
        out.reset();
        output("table", 60, 99, Colours.ALWAYS).list(LISTING, ROWS);
        String coloured = out.toString(StandardCharsets.UTF_8);

        assertThat(coloured).contains("\033[1mNAME\033[0m", "\033[32mready\033[0m", "\033[31mfailed\033[0m");
        assertThat(coloured.replaceAll("\033\\[[0-9]+m", "")).isEqualTo(plain);
    }

    @Test
    void hostileCellIsCutOutsideOfEscapes() {
        Row hostile = new Row("\033[31mred\033]0;x\007", "ready", "\u202e", "x\nmcpflux: forged");
        output("table", 60, 99, Colours.NEVER).list(LISTING, List.of(hostile));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .doesNotContain("\033", "\u202e", "\007")
                .hasLineCount(2);
    }

    @Test
    void longTextIsForThePager() {
        environment.put("PAGER", "/no/such/pager");
        Output output = output("table", 60, 3, Colours.NEVER);

        output.list(LISTING, ROWS);
        output.note("mcpflux: a note");
        assertThat(out.size() + err.size()).isZero();
        output.finish();

        assertThat(out.toString(StandardCharsets.UTF_8)).hasLineCount(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("mcpflux: a note\n");
    }

    @Test
    void moreOutputIsPrintedBehindWhatWaits() {
        Output output = output("table", 60, 3, Colours.NEVER);

        output.list(LISTING, ROWS);
        output.line("more");
        output.finish();

        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(3)).containsExactly("more");
    }

    @Test
    void shortTextNeedsNoPager() {
        environment.put("PAGER", "/no/such/pager");
        output("table", 60, 4, Colours.NEVER).list(LISTING, ROWS);
        assertThat(out.toString(StandardCharsets.UTF_8)).hasLineCount(3);
    }

    @Test
    void unchangedListIsNotPrintedAgain() {
        Output output = output("table", 60, 99, Colours.NEVER);

        output.listAgain(LISTING, ROWS);
        output.listAgain(LISTING, ROWS);
        assertThat(out.toString(StandardCharsets.UTF_8)).hasLineCount(3);
        output.listAgain(LISTING, ROWS.subList(0, 1));
        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(3))
                .hasSize(3)
                .first()
                .isEqualTo("");
    }
}
