package dev.mcpflux.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The terminal of the system by JLine, which is loaded for live screens only. */
public final class JLineTerminal implements LiveTerminal {

    private final org.jline.terminal.Terminal terminal;
    private final boolean colours;
    private volatile ScreenSize size;

    private JLineTerminal(org.jline.terminal.Terminal terminal, boolean colours) {
        this.terminal = terminal;
        this.colours = colours;
        this.size = measured();
        terminal.handle(Signal.WINCH, signal -> size = measured());
    }

    /**
     * The terminal of a person that can show a live screen, or null.
     *
     * @param colours whether the screen may use colours
     */
    public static @Nullable LiveTerminal system(boolean colours) {
        if (!Terminal.interactive() || dumb(System::getenv)) {
            return null;
        }
        try {
            org.jline.terminal.Terminal terminal = TerminalBuilder.builder()
                    .name("mcpflux")
                    .system(true)
                    .dumb(false)
                    // an interrupt is for the shutdown hook of the command
                    .nativeSignals(false)
                    .build();
            return new JLineTerminal(terminal, colours);
        } catch (IOException | IllegalStateException e) {
            // then there are lines
            return null;
        }
    }

    /** Whether a terminal can only print lines. */
    public static boolean dumb(UnaryOperator<@Nullable String> environment) {
        String type = environment.apply("TERM");
        return type == null || type.isBlank() || type.toLowerCase(Locale.ROOT).startsWith("dumb");
    }

    private ScreenSize measured() {
        Size now = terminal.getSize();
        // some terminals do not know their size
        return new ScreenSize(now.getColumns() <= 0 ? 80 : now.getColumns(), now.getRows() <= 0 ? 24 : now.getRows());
    }

    @Override
    public boolean colours() {
        return colours;
    }

    @Override
    public void open() {
        terminal.enterRawMode();
        Attributes attributes = terminal.getAttributes();
        // a stopped command would leave the terminal in this mode
        attributes.setControlChar(Attributes.ControlChar.VSUSP, 0);
        terminal.setAttributes(attributes);
    }

    @Override
    public ScreenSize size() {
        return size;
    }

    @Override
    public int read() throws IOException {
        return terminal.reader().read();
    }

    @Override
    public void close() {
        try {
            // restores the attributes that it had at first
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
