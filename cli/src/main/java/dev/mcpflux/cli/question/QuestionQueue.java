package dev.mcpflux.cli.question;

import dev.mcpflux.cli.terminal.Colours;
import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.Echo;
import dev.mcpflux.cli.terminal.LineSource;
import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.protocol.Elicitation;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Asks the person at the terminal, one question after the other in the order of their arrival. Questions wait in the
 * queue of the one thread that asks, so that no thread that reads from a server is blocked.
 */
public final class QuestionQueue {

    /** Asks one question. */
    @FunctionalInterface
    public interface Asker<T> {
        T ask() throws InterruptedException;
    }

    /** A thread that may wait for a person; only one, because there is one terminal. */
    private static final Scheduler ONE_BY_ONE =
            Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "mcpflux-questions", 60, true);

    private final LineSource terminal;
    private final Screen screen;

    public QuestionQueue(LineSource terminal, Screen screen) {
        this.terminal = terminal;
        this.screen = screen;
    }

    public Mono<Elicitation.ElicitResult> form(Question<Elicitation.ElicitParams> question) {
        Dialog dialog = dialog();
        FormAsker asker = new FormAsker(dialog);
        return ask(dialog, () -> asker.ask(question), withdrawn(question), Elicitation.ElicitResult.cancel());
    }

    public Mono<Elicitation.ElicitResult> url(Question<Elicitation.ElicitParams> question) {
        Dialog dialog = dialog();
        UrlAsker asker = new UrlAsker(dialog, Display.system().errColours(Colours.AUTO));
        return ask(dialog, () -> asker.ask(question), withdrawn(question), Elicitation.ElicitResult.cancel());
    }

    /** Asks whether a tool may be called. */
    public Mono<Approval> approval(ApprovalQuestion question) {
        Dialog dialog = dialog();
        ApprovalAsker asker = new ApprovalAsker(dialog);
        return ask(
                dialog,
                () -> asker.ask(question),
                "(The call is not waiting for an answer any more.)",
                Approval.denied("the call has ended"));
    }

    /** Asks for a value that the configuration leaves open; empty if the person gives none. */
    public Mono<String> input(InputDefinition input, String server) {
        Dialog dialog = dialog();
        InputQuestion asker = new InputQuestion(dialog, Echo.ofTerminal());
        return ask(
                        dialog,
                        () -> Optional.ofNullable(asker.ask(input, server)),
                        "(No server waits for it any more.)",
                        Optional.<String>empty())
                .flatMap(Mono::justOrEmpty);
    }

    private static String withdrawn(Question<Elicitation.ElicitParams> question) {
        return "(" + question.server() + " has withdrawn its question.)";
    }

    private Dialog dialog() {
        return new Dialog(terminal, screen.writer(), Terminal.columns());
    }

    /**
     * <em>Cancellation</em> means that whoever asked has withdrawn the question; it frees the terminal for the next one.
     *
     * @param withdrawn what the person is shown then
     */
    private <T> Mono<T> ask(Dialog dialog, Asker<T> asker, String withdrawn, T without) {
        return Mono.fromCallable(() -> {
                    terminal.begin();
                    screen.asking();
                    try {
                        return asker.ask();
                    } catch (InterruptedException e) {
                        dialog.say("");
                        dialog.say(withdrawn);
                        return without;
                    } finally {
                        screen.answered();
                        terminal.end();
                    }
                })
                .subscribeOn(ONE_BY_ONE);
    }
}
