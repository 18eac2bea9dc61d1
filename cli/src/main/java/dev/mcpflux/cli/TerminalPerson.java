package dev.mcpflux.cli;

import dev.mcpflux.cli.approval.Page;
import dev.mcpflux.cli.approval.Person;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.TextColumns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The person at the terminal, who is asked before anything is started. */
final class TerminalPerson implements Person {

    private static final String MARGIN = "  | ";

    /** Prints entries on standard output. */
    static Page page(Output output) {
        return new Page() {
            @Override
            public void say(String text) {
                output.line(text);
            }

            @Override
            public void quote(String text) {
                wrapped(text, Terminal.columns()).forEach(output::line);
            }
        };
    }

    private static List<String> wrapped(String text, int columns) {
        return TextColumns.wrap(text, Math.max(20, columns - MARGIN.length())).stream()
                .map(line -> MARGIN + line)
                .toList();
    }

    private final Terminal terminal;
    private final Output output;
    private final int columns;

    TerminalPerson(Terminal terminal, Output output, int columns) {
        this.terminal = terminal;
        this.output = output;
        this.columns = columns;
    }

    @Override
    public void say(String text) {
        output.note(text);
    }

    /** Notes are bounded in length; each line of the terminal is one. */
    @Override
    public void quote(String text) {
        wrapped(text, columns).forEach(output::note);
    }

    @Override
    public @Nullable String ask(String prompt) throws InterruptedException {
        terminal.discard();
        output.screen().writer().print(prompt);
        output.screen().writer().flush();
        String line = terminal.next();
        if (line == null) {
            // the cursor is still behind the prompt
            output.note("");
        }
        return line;
    }
}
