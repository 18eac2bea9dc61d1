package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The keys and the screen of a session, on a terminal of JLine that is not a device. */
@Timeout(60)
class ShellKeyboardTest {

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private VirtualTerminal terminal;
    private ShellKeyboard keyboard;
    private Attributes before;
    private volatile String prompt = "one> ";
    private volatile Mono<List<ShellCandidate>> candidates = Mono.just(List.of());

    @BeforeEach
    void open() throws IOException {
        terminal = new VirtualTerminal();
        keyboard = terminal.keyboard();
        before = terminal.terminal.getAttributes();
        HistoryFile history = HistoryFile.of(directory.resolve("history"), text -> {});
        history.add("from before");
        keyboard.open(new SessionContext((words, prefix, after) -> candidates, () -> prompt, history));
    }

    @AfterEach
    void close() throws IOException {
        terminal.close();
        threads.shutdownNow();
    }

    private Future<@Nullable String> read() {
        return threads.submit(() -> keyboard.read(() -> prompt));
    }

    private static @Nullable String line(Future<@Nullable String> read) throws Exception {
        return read.get(20, TimeUnit.SECONDS);
    }

    @Test
    void readsLinesAndCallsThemBack() throws Exception {
        Future<@Nullable String> first = read();
        terminal.await("one> ");
        terminal.type("tools x\r");
        assertThat(line(first)).isEqualTo("tools x");
        keyboard.remember("kept");

        Future<@Nullable String> second = read();
        terminal.type(VirtualTerminal.UP + "\r");
        assertThat(line(second)).isEqualTo("kept");

        Future<@Nullable String> third = read();
        terminal.type("\022bef\r");
        assertThat(line(third)).isEqualTo("from before");
    }

    @Test
    void openLinesGoOn() throws Exception {
        Future<@Nullable String> read = read();
        terminal.type("call \\\r'a\rb'\r");

        assertThat(line(read)).isEqualTo("call \\\n'a\nb'");
    }

    @Test
    void ctrlCClearsTheLineAndThenHintsAtTheEnd() throws Exception {
        Future<@Nullable String> read = read();
        terminal.type("abc" + VirtualTerminal.CTRL_C);
        terminal.type(VirtualTerminal.CTRL_C);
        assertThat(terminal.shown()).doesNotContain("To leave");
        terminal.type(VirtualTerminal.CTRL_C);
        terminal.await("To leave, type exit or press Ctrl-D.");
        terminal.type("x\r");

        assertThat(line(read)).isEqualTo("x");
    }

    @Test
    void ctrlDEndsTheInput() throws Exception {
        Future<@Nullable String> read = read();
        terminal.type(VirtualTerminal.CTRL_D);

        assertThat(line(read)).isNull();
    }

    @Test
    void notesAppearAboveTheLine() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("ab");
        terminal.await("ab");
        terminal.clear();

        keyboard.err().println("a server is lost");
        keyboard.err().flush();
        terminal.await("a server is lost");
        terminal.await("one> ab");
        terminal.type("c\r");

        assertThat(line(read)).isEqualTo("abc");
    }

    @Test
    void promptIsDrawnAgain() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        prompt = "two> ";
        keyboard.refresh();
        terminal.await("two");
        terminal.type("x\r");

        assertThat(line(read)).isEqualTo("x");
    }

    @Test
    void textWithoutALineEndWaitsForThePrompt() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        keyboard.err().print("begun");
        keyboard.err().flush();
        keyboard.err().println(" and ended");
        keyboard.err().flush();
        terminal.await("begun and ended");
        terminal.type("\r");

        assertThat(line(read)).isEmpty();
    }

    @Test
    void questionInterruptsThePromptAndGivesItBack() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("half");
        terminal.await("half");

        Future<@Nullable String> answer = threads.submit(() -> {
            keyboard.begin();
            try {
                return keyboard.next("name: ", keyboard.err());
            } finally {
                keyboard.end();
            }
        });
        terminal.await("name: ");
        terminal.clear();
        terminal.type("Ann\r");
        assertThat(line(answer)).isEqualTo("Ann");
        terminal.await("one> half");
        terminal.type(" done\r");

        assertThat(line(read)).isEqualTo("half done");
    }

    @Test
    void questionsAreNeverLockedOut() throws Exception {
        Future<@Nullable String> read = read();
        for (int i = 0; i < 30; i++) {
            terminal.await("one> ");
            Future<@Nullable String> answer = threads.submit(() -> {
                keyboard.begin();
                try {
                    return keyboard.next("name: ", keyboard.err());
                } finally {
                    keyboard.end();
                }
            });
            terminal.await("name: ");
            terminal.clear();
            terminal.type(i + "\r");
            assertThat(line(answer)).isEqualTo("" + i);
        }
        terminal.await("one> ");
        terminal.type("end\r");

        assertThat(line(read)).isEqualTo("end");
    }

    @Test
    void withdrawnQuestionFreesTheKeys() throws Exception {
        Thread asking = new Thread(() -> {
            try {
                keyboard.begin();
                try {
                    String ignored = keyboard.next("name: ", keyboard.err());
                } finally {
                    keyboard.end();
                }
            } catch (InterruptedException e) {
                terminal.stream().writeBytes("withdrawn".getBytes(StandardCharsets.UTF_8));
            }
        });
        asking.start();
        terminal.await("name: ");

        asking.interrupt();

        asking.join(20_000);
        assertThat(terminal.shown()).contains("withdrawn");
        Future<@Nullable String> read = read();
        terminal.type("x\r");
        assertThat(line(read)).isEqualTo("x");
    }

    @Test
    void ctrlCCancelsTheRunningCall() throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Future<?> waiting = threads.submit(() -> keyboard.await(done, () -> done.complete(130)));

        terminal.type(VirtualTerminal.CTRL_C);

        waiting.get(20, TimeUnit.SECONDS);
        assertThat(done).isCompletedWithValue(130);
    }

    @Test
    void keysTypedDuringACallAreForTheNextLine() throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Future<?> waiting = threads.submit(() -> keyboard.await(done, () -> done.complete(130)));
        terminal.type("ahead\r");
        done.complete(0);
        waiting.get(20, TimeUnit.SECONDS);

        assertThat(line(read())).isEqualTo("ahead");
    }

    @Test
    void ctrlCInAQuestionCancelsTheCall() throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Future<?> waiting = threads.submit(() -> keyboard.await(done, () -> done.complete(130)));
        Future<@Nullable String> answer = threads.submit(() -> {
            keyboard.begin();
            try {
                return keyboard.next("name: ", keyboard.err());
            } finally {
                keyboard.end();
            }
        });
        terminal.await("name: ");

        terminal.type(VirtualTerminal.CTRL_C);

        assertThat(line(answer)).isNull();
        waiting.get(20, TimeUnit.SECONDS);
        assertThat(done).isCompletedWithValue(130);
    }

    @Test
    void tabCompletesAndLists() throws Exception {
        candidates = Mono.just(List.of(
                new ShellCandidate("city=New York", "New York", null, true),
                new ShellCandidate("city=Newport", "Newport", "on the coast", true)));
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("x ci\t\t");
        terminal.await("on the coast");
        terminal.type(" \t\r");

        assertThat(line(read).strip()).startsWith("x city=New");
    }

    @Test
    void candidateWithABlankIsEscaped() throws Exception {
        candidates = Mono.just(List.of(new ShellCandidate("city=New York", "New York", null, true)));
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("x ci\t\r");

        assertThat(line(read)).isEqualTo("x city=New\\ York ");
    }

    @Test
    void nextKeyCancelsASlowCompletion() throws Exception {
        CountDownLatch searching = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        candidates = Mono.<List<ShellCandidate>>never()
                .doOnSubscribe(subscription -> searching.countDown())
                .doOnCancel(cancelled::countDown);
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("x\t");
        assertThat(searching.await(20, TimeUnit.SECONDS)).isTrue();

        terminal.type("y\r");

        assertThat(line(read)).isEqualTo("xy");
        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stopEndsThePrompt() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");

        keyboard.stop();

        assertThat(line(read)).isNull();
        assertThat(line(read())).isNull();
    }

    @Test
    void terminalIsGivenBackAsItWas() {
        assertThat(terminal.terminal.getAttributes().getLocalFlag(Attributes.LocalFlag.ISIG))
                .isFalse();

        keyboard.close();
        keyboard.close();

        assertThat(terminal.terminal.getAttributes().getLocalFlags()).isEqualTo(before.getLocalFlags());
    }

    @Test
    void terminalIsGivenBackDuringALine() throws Exception {
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("half");
        terminal.await("half");

        keyboard.close();

        assertThat(line(read)).isNull();
        assertThat(terminal.terminal.getAttributes().getLocalFlags()).isEqualTo(before.getLocalFlags());
    }

    @Test
    void noColoursWithoutColours() throws Exception {
        candidates =
                Mono.just(List.of(ShellCandidate.word("aa", "first one"), ShellCandidate.word("ab", "second one")));
        Future<@Nullable String> read = read();
        terminal.await("one> ");
        terminal.type("\t\t");
        terminal.await("second one");
        terminal.type("\r");
        String ignored = line(read);

        assertThat(terminal.raw()).doesNotContainPattern("\033\\[[0-9;]*[1-9][0-9;]*m");
    }
}
