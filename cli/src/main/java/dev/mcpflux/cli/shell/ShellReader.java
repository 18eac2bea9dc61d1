package dev.mcpflux.cli.shell;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EOFError;
import org.jline.reader.Parser;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedStyle;

/**
 * JLine's editor of lines, set up for this shell: Ctrl-C is a key, since the terminal must not interrupt the servers; words are
 * split by {@link LineWords}; nothing in a line is expanded; and a line is only remembered when {@link #remember} says so.
 */
final class ShellReader extends LineReaderImpl implements PromptWriter.Above {

    private static final String INTERRUPT = "mcpflux-interrupt";

    /** The lines that can be searched; the editor adds none by itself. */
    private static final class Lines extends DefaultHistory {
        @Override
        public void add(Instant time, String line) {
            // whether a line may be kept is known when it has been run
        }

        void keep(String line) {
            super.add(Instant.now(), line);
        }
    }

    /** Ctrl-C was typed; the same exception without a key means that the thread was interrupted. */
    static final class KeyInterrupt extends UserInterruptException {
        private static final long serialVersionUID = 1L;

        KeyInterrupt(String partial) {
            super(partial);
        }
    }

    private final Lines lines = new Lines();
    private final boolean colours;
    private volatile Supplier<String> text = () -> "";

    ShellReader(Terminal terminal, boolean colours) throws IOException {
        super(terminal, "mcpflux", new HashMap<>());
        setParser(new Words());
        setHistory(lines);
        setOpt(Option.DISABLE_EVENT_EXPANSION);
        setOpt(Option.AUTO_LIST);
        setOpt(Option.LIST_ROWS_FIRST);
        // a menu would replace words with quotes wrongly
        unsetOpt(Option.AUTO_MENU);
        unsetOpt(Option.BRACKETED_PASTE);
        unsetOpt(Option.INSERT_TAB);
        setVariable(SECONDARY_PROMPT_PATTERN, "> ");
        setVariable(BELL_STYLE, "none");
        this.colours = colours;
        getWidgets().put(INTERRUPT, (Widget) () -> {
            throw new KeyInterrupt(buf.toString());
        });
        for (Map.Entry<String, KeyMap<Binding>> map : getKeyMaps().entrySet()) {
            if (!map.getKey().equals(MENU)) {
                map.getValue().bind(new Reference(INTERRUPT), KeyMap.ctrl('C'));
            }
        }
    }

    /** Adds a line to those that the arrow keys and Ctrl-R find. */
    void remember(String line) {
        lines.keep(line);
    }

    /** The text of the prompt, which is asked for whenever it is drawn again. */
    void prompt(Supplier<String> supplier) {
        text = supplier;
    }

    @Override
    protected AttributedStyle getCompletionStyle(String name, String otherwise) {
        return colours ? super.getCompletionStyle(name, otherwise) : AttributedStyle.DEFAULT;
    }

    @Override
    public void print(String above) {
        printAbove(above);
    }

    @Override
    public void redraw() {
        lock.lock();
        try {
            if (reading) {
                setPrompt(text.get());
                redisplay();
                terminal.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    private static final class Words implements Parser {
        @Override
        public ShellLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && LineWords.of(line).open()) {
                throw new EOFError(-1, line.length(), "the line goes on");
            }
            return new ShellLine(line, cursor);
        }

        @Override
        public boolean isEscapeChar(char c) {
            return c == '\\';
        }
    }
}
