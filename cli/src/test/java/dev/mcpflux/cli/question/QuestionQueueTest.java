package dev.mcpflux.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

@Timeout(60)
class QuestionQueueTest {

    private final PipedWriter keyboard = new PipedWriter();
    private final Shown shown = new Shown();
    private final Screen screen = new Screen(new PrintWriter(shown, true));
    private QuestionQueue questions;

    @BeforeEach
    void open() throws IOException {
        questions = new QuestionQueue(new Terminal(new BufferedReader(new PipedReader(keyboard))), screen);
    }

    private static Question<Elicitation.ElicitParams> question(String server) {
        return new Question<>(
                server,
                new Elicitation.ElicitParams(null, "hm?", McpJson.mapper().readTree("""
                                {"properties": {"p": {"type": "string"}}}"""), null, null, null));
    }

    private void type(String text) throws IOException {
        keyboard.write(text);
        keyboard.flush();
    }

    /** Waits until the text is on the screen. */
    private void until(String text) throws InterruptedException {
        shown.await(text);
    }

    /** A screen that notifies a thread that waits for a text. */
    private static final class Shown extends StringWriter {

        @Override
        public void write(int c) {
            super.write(c);
            wake();
        }

        @Override
        public void write(char[] text, int from, int length) {
            super.write(text, from, length);
            wake();
        }

        @Override
        public void write(String text) {
            super.write(text);
            wake();
        }

        @Override
        public void write(String text, int from, int length) {
            super.write(text, from, length);
            wake();
        }

        private synchronized void wake() {
            notifyAll();
        }

        synchronized void await(String text) throws InterruptedException {
            while (!toString().contains(text)) {
                wait();
            }
        }
    }

    @Test
    void asksOneAfterTheOther() throws Exception {
        CompletableFuture<Elicitation.ElicitResult> first =
                questions.form(question("one")).toFuture();
        until("one asks");
        CompletableFuture<Elicitation.ElicitResult> second =
                questions.form(question("two")).toFuture();
        until("> ");
        assertThat(shown.toString()).doesNotContain("two asks");

        type("a\ny\n");
        until("two asks");
        type("b\ny\n");

        assertThat(first.get().content()).containsEntry("p", "a");
        assertThat(second.get().content()).containsEntry("p", "b");
    }

    @Test
    void nothingIsWrittenIntoAQuestion() throws Exception {
        CompletableFuture<Elicitation.ElicitResult> answer =
                questions.form(question("one")).toFuture();
        until("> ");
        screen.line("a note");
        assertThat(shown.toString()).doesNotContain("a note");

        type("!decline\n");

        assertThat(answer.get()).isEqualTo(Elicitation.ElicitResult.decline());
        until("a note");
        assertThat(shown.toString().indexOf("a note"))
                .isGreaterThan(shown.toString().indexOf("Declined."));
    }

    @Test
    void withdrawnQuestionFreesTheTerminal() throws Exception {
        Disposable taken = questions.form(question("one")).subscribe();
        until("> ");
        taken.dispose();
        until("(one has withdrawn its question.)");

        CompletableFuture<Elicitation.ElicitResult> second =
                questions.form(question("two")).toFuture();
        until("two asks");
        type("b\ny\n");

        assertThat(second.get().content()).containsEntry("p", "b");
    }

    @Test
    void callsWaitTheirTurnAmongQuestions() throws Exception {
        CompletableFuture<Elicitation.ElicitResult> first =
                questions.form(question("one")).toFuture();
        until("> ");
        CompletableFuture<Approval> call =
                questions.approval(ApprovalAskerTest.question(Map.of())).toFuture();
        type("a\ny\n");
        until("Call files__delete");
        type("y\n");

        assertThat(first.get().content()).containsEntry("p", "a");
        assertThat(call.get().approved()).isTrue();
    }

    @Test
    void cancelledCallFreesTheTerminal() throws Exception {
        Disposable call =
                questions.approval(ApprovalAskerTest.question(Map.of())).subscribe();
        until("[y/N/always] ");
        call.dispose();
        until("(The call is not waiting for an answer any more.)");

        CompletableFuture<Elicitation.ElicitResult> second =
                questions.form(question("two")).toFuture();
        until("two asks");
        type("b\ny\n");

        assertThat(second.get().content()).containsEntry("p", "b");
    }

    @Test
    void barIsPausedDuringAQuestion() throws Exception {
        screen.bar("10%");

        CompletableFuture<Elicitation.ElicitResult> answer =
                questions.form(question("one")).toFuture();
        until("> ");
        screen.bar("20%");
        assertThat(shown.toString()).contains("10%").doesNotContain("20%");
        type("!cancel\n");

        assertThat(answer.get()).isEqualTo(Elicitation.ElicitResult.cancel());
        until("20%");
    }
}
