package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.session.ClientHandlers.Question;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

@Timeout(20)
class QuestionsTest {

    private final PipedWriter keyboard = new PipedWriter();
    private final StringWriter shown = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(shown, true));
    private Questions questions;

    @BeforeEach
    void open() throws IOException {
        questions = new Questions(new Terminal(new BufferedReader(new PipedReader(keyboard))), screen);
    }

    private static Question<Elicitation.Params> question(String server) {
        return new Question<>(
                server,
                new Elicitation.Params(
                        null,
                        "hm?",
                        Output.JSON.readTree("{\"properties\": {\"p\": {\"type\": \"string\"}}}"),
                        null,
                        null,
                        null));
    }

    private void type(String text) throws IOException {
        keyboard.write(text);
        keyboard.flush();
    }

    /** Waits until it is on the screen. */
    private void until(String text) throws InterruptedException {
        while (!shown.toString().contains(text)) {
            Thread.sleep(10);
        }
    }

    @Test
    void asksOneAfterTheOther() throws Exception {
        CompletableFuture<Elicitation.Result> first =
                questions.form(question("one")).toFuture();
        until("one asks");
        CompletableFuture<Elicitation.Result> second =
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
    void nothingIsWrittenBetween() throws Exception {
        CompletableFuture<Elicitation.Result> answer =
                questions.form(question("one")).toFuture();
        until("> ");
        screen.line("a note");
        assertThat(shown.toString()).doesNotContain("a note");

        type("!decline\n");

        assertThat(answer.get()).isEqualTo(Elicitation.Result.decline());
        until("a note");
        assertThat(shown.toString().indexOf("a note"))
                .isGreaterThan(shown.toString().indexOf("Declined."));
    }

    @Test
    void aQuestionThatIsTakenBackFreesTheTerminal() throws Exception {
        Disposable taken = questions.form(question("one")).subscribe();
        until("> ");
        taken.dispose();
        until("(The answer to one is not needed any more.)");

        CompletableFuture<Elicitation.Result> second =
                questions.form(question("two")).toFuture();
        until("two asks");
        type("b\ny\n");

        assertThat(second.toCompletableFuture()
                        .orTimeout(Duration.ofSeconds(10).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                        .get()
                        .content())
                .containsEntry("p", "b");
    }

    @Test
    void theBarStandsStillMeanwhile() throws Exception {
        screen.bar("10%");

        CompletableFuture<Elicitation.Result> answer =
                questions.form(question("one")).toFuture();
        until("> ");
        screen.bar("20%");
        assertThat(shown.toString()).contains("10%").doesNotContain("20%");
        type("!cancel\n");

        assertThat(answer.get()).isEqualTo(Elicitation.Result.cancel());
        until("20%");
    }
}
