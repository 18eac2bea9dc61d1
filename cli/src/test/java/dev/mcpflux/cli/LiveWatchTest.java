package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.JLineTerminal;
import dev.mcpflux.cli.terminal.LiveTerminal;
import dev.mcpflux.cli.terminal.ScreenSize;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.text.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mcpflux watch} with a real server, on a terminal that is not one. */
@Timeout(60)
class LiveWatchTest {

    @TempDir
    private Path directory;

    private Path config;
    private final FakeTerminal terminal = new FakeTerminal();
    private final Shown shown = new Shown();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void configure() throws IOException {
        config = directory.resolve("mcp.json");
        Files.writeString(config, PlayServer.config());
    }

    /** A keyboard and a size. */
    private static final class FakeTerminal implements LiveTerminal {
        private final BlockingQueue<Integer> typed = new LinkedBlockingQueue<>();
        private volatile ScreenSize size = new ScreenSize(120, 24);
        private volatile boolean open;
        private volatile boolean closed;

        void type(String keys) {
            keys.chars().forEach(typed::add);
        }

        @Override
        public boolean colours() {
            return false;
        }

        @Override
        public void open() {
            open = true;
        }

        @Override
        public ScreenSize size() {
            return size;
        }

        @Override
        public int read() throws IOException {
            try {
                return typed.take();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            closed = true;
            typed.add(-1);
        }
    }

    /** What is on the terminal, for the few sequences that a live screen uses. */
    private static final class Shown extends ByteArrayOutputStream {
        private static final Pattern SEQUENCE = Pattern.compile("\033\\[(\\??[0-9;]*)([A-Za-z])");

        private int writes;

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            writes++;
            notifyAll();
        }

        synchronized int writes() {
            return writes;
        }

        synchronized List<String> lines() {
            List<StringBuilder> lines = new ArrayList<>();
            int line = 0;
            String all = toString(StandardCharsets.UTF_8);
            Matcher sequence = SEQUENCE.matcher(all);
            int end = 0;
            while (sequence.find()) {
                append(lines, line, all.substring(end, sequence.start()));
                end = sequence.end();
                switch (sequence.group(2)) {
                    case "H" -> line = Integer.parseInt(sequence.group(1).replace(";1", "")) - 1;
                    case "J" -> lines.clear();
                    case "K" -> at(lines, line).setLength(0);
                    default -> {}
                }
            }
            append(lines, line, all.substring(end));
            return lines.stream().map(each -> each.toString().stripTrailing()).toList();
        }

        private static StringBuilder at(List<StringBuilder> lines, int line) {
            while (lines.size() <= line) {
                lines.add(new StringBuilder());
            }
            return lines.get(line);
        }

        private static void append(List<StringBuilder> lines, int line, String text) {
            if (!text.isEmpty()) {
                at(lines, line).append(text);
            }
        }

        synchronized List<String> await(Predicate<String> wanted) throws InterruptedException {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (lines().stream().noneMatch(wanted)) {
                if (System.nanoTime() > limit) {
                    throw new AssertionError(String.join("\n", lines()));
                }
                wait(1000);
            }
            return lines();
        }

        void awaitText(String text) throws InterruptedException {
            await(line -> line.contains(text));
        }
    }

    private CompletableFuture<Integer> start(String... words) {
        return start(shown, words);
    }

    private CompletableFuture<Integer> start(OutputStream out, String... words) {
        List<String> line = new ArrayList<>(List.of("-c", config.toString(), "watch"));
        line.addAll(List.of(words));
        return CompletableFuture.supplyAsync(
                () -> new Mcpflux(new WatchedStream(out), Display.of(Terminal.Target.TERMINAL), () -> terminal)
                        .execute(line.toArray(String[]::new), err));
    }

    private void assertRestored(CompletableFuture<Integer> run, int code) throws Exception {
        assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(code);
        assertThat(shown.toString(StandardCharsets.UTF_8)).endsWith("\033[0m\033[?7h\033[?25h\033[?1049l");
        assertThat(terminal.closed).isTrue();
    }

    @Test
    void showsServersUntilQuit() throws Exception {
        CompletableFuture<Integer> run = start("--probe", "20ms");
        shown.await(line -> line.matches("> play +ready +1 +\\d+s +0 +0 +\\S+ ms +\\S+ ms"));
        terminal.type("?");
        shown.awaitText("KEYS");
        terminal.type("?l");
        shown.awaitText("LOG OF play");
        terminal.size = new ScreenSize(60, 20);
        shown.await(line -> line.startsWith("  NAME ") && !line.contains("QUEUED"));
        assertThat(shown.lines()).hasSize(20);
        assertThat(terminal.open).isTrue();
        assertThat(terminal.closed).isFalse();

        terminal.type("q");
        assertRestored(run, 0);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void lostServerComesBack() throws Exception {
        Files.writeString(
                config,
                PlayServer.config("--die", "--talk")
                        .replace("\"command\"", "\"restart\":{\"firstDelay\":\"10ms\"},\"command\""));
        CompletableFuture<Integer> run = start("--probe", "50ms");

        shown.await(line -> line.matches("> play +ready +[2-9] .*its process ended.*"));
        terminal.type("e");
        shown.awaitText("LAST ERROR OF play");
        shown.awaitText("server 'play': its process ended (exit code 9)");
        shown.awaitText("awake \\u202e");
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void keysRestartAndRelease() throws Exception {
        CompletableFuture<Integer> run = start("--probe", "off");
        shown.await(line -> line.matches("> play +ready +1 .* - +-"));

        terminal.type("u");
        shown.awaitText("play  it is not in quarantine");
        terminal.type("r");
        shown.awaitText("play  restart by hand");
        shown.await(line -> line.matches("> play +ready +2 .*"));
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void releaseEndsTheQuarantine() throws Exception {
        Files.writeString(
                config,
                PlayServer.config("--brief")
                        .replace("\"command\"", "\"restart\":{\"firstDelay\":\"10ms\",\"maxRestarts\":0},\"command\""));
        CompletableFuture<Integer> run = start();

        shown.await(line -> line.matches("> play +quarantined after 0 restarts .*"));
        terminal.type("u");
        shown.awaitText("play  release by hand");
        shown.await(line -> line.matches("> play +ready +2 .*"));
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void pausedScreenDoesNotChange() throws Exception {
        CompletableFuture<Integer> run = start("--probe", "off");
        shown.await(line -> line.matches("> play +ready .*"));
        terminal.type(" ");
        shown.awaitText("PAUSED");
        terminal.type("r");
        // a restart takes half as long; one that takes longer does not fail the test
        Thread.sleep(1500);
        assertThat(shown.lines()).anyMatch(line -> line.matches("> play +ready +1 .*"));
        terminal.type(" ");
        shown.await(line -> line.matches("> play +ready +2 .*"));
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void redrawsAtMostFourTimesASecond() throws Exception {
        CompletableFuture<Integer> run = start("--probe", "off");
        shown.awaitText("ready");
        int before = shown.writes();
        long begin = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            terminal.type("?");
            Thread.sleep(20);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;

        assertThat(shown.writes() - before).isBetween(1, (int) (4 * seconds) + 1);
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void configurationIsFollowed() throws Exception {
        CompletableFuture<Integer> run = start();
        shown.awaitText("1/1 ready");
        Files.writeString(
                config,
                PlayServer.config()
                        .replace("\"mcpServers\":{", "\"mcpServers\":{\"off\":{\"command\":\"x\",\"disabled\":true},"));

        shown.awaitText("1/2 ready, 1 disabled");
        shown.await(line -> line.matches("[> ] play +ready +1 .*"));
        shown.awaitText("the configuration has changed: added off");
        Files.writeString(config, "{");
        shown.awaitText("the configuration is not applied");
        terminal.type("q");
        assertRestored(run, 0);
    }

    @Test
    void failedServerIsShownAndStays() throws Exception {
        Files.writeString(config, """
                {"mcpServers": {"x": {"command": 7, "required": true}}}""");
        CompletableFuture<Integer> run = start("--for", "700ms");

        shown.await(line -> line.matches("> x +failed .*mcp.json, line 1.*"));
        assertRestored(run, 0);
    }

    @Test
    void lostTerminalEndsTheCommand() throws Exception {
        CompletableFuture<Integer> run = start(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Input/output error");
            }
        });

        assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OUTPUT);
        assertThat(terminal.closed).isTrue();
    }

    @Test
    void linesAreForWhatIsNoTable() throws Exception {
        for (String option : List.of("--lines", "--json", "--resource=play://text")) {
            assertThat(start(option, "--for", "100ms").get(30, TimeUnit.SECONDS))
                    .isZero();
        }
        assertThat(terminal.open).isFalse();
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo(SafeText.text(shown.toString(StandardCharsets.UTF_8)))
                .contains("play  starting");
    }

    @Test
    void onlyCapableTerminalsGetATable() {
        assertThat(JLineTerminal.dumb(name -> "xterm-256color")).isFalse();
        for (String type : new String[] {null, "", "dumb", "DUMB-x"}) {
            assertThat(JLineTerminal.dumb(name -> type)).as(type).isTrue();
        }
    }
}
