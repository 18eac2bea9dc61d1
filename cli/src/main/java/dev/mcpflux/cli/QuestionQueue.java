package dev.mcpflux.cli;

import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.protocol.Elicitation;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Asks the person at the terminal, one question after the other in the order of their arrival. Questions wait in the
 * queue of the one thread that asks, so that no thread that reads from a server is blocked.
 */
final class QuestionQueue {

    /** Asks one question. */
    @FunctionalInterface
    interface Asker {
        Elicitation.ElicitResult ask(Question<Elicitation.ElicitParams> question) throws InterruptedException;
    }

    /** A thread that may wait for a person; only one, because there is one terminal. */
    private static final Scheduler ONE_BY_ONE =
            Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "mcpflux-questions", 60, true);

    private final Terminal terminal;
    private final Screen screen;

    QuestionQueue(Terminal terminal, Screen screen) {
        this.terminal = terminal;
        this.screen = screen;
    }

    Mono<Elicitation.ElicitResult> form(Question<Elicitation.ElicitParams> question) {
        Dialog dialog = dialog();
        return ask(question, dialog, new FormAsker(dialog)::ask);
    }

    Mono<Elicitation.ElicitResult> url(Question<Elicitation.ElicitParams> question) {
        Dialog dialog = dialog();
        return ask(question, dialog, new UrlAsker(dialog, System.getenv("NO_COLOR") == null)::ask);
    }

    private Dialog dialog() {
        return new Dialog(terminal, screen.writer(), Terminal.columns());
    }

    /**
     * <em>Cancellation</em> means that the server has withdrawn its question; it frees the terminal for the next one.
     */
    private Mono<Elicitation.ElicitResult> ask(
            Question<Elicitation.ElicitParams> question, Dialog dialog, Asker asker) {
        return Mono.fromCallable(() -> {
                    screen.asking();
                    terminal.discard();
                    try {
                        return asker.ask(question);
                    } catch (InterruptedException e) {
                        dialog.say("");
                        dialog.say("(" + question.server() + " has withdrawn its question.)");
                        return Elicitation.ElicitResult.cancel();
                    } finally {
                        screen.answered();
                    }
                })
                .subscribeOn(ONE_BY_ONE);
    }
}
