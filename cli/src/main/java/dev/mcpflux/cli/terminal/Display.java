package dev.mcpflux.cli.terminal;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the standard streams of a run go, and what is known about the terminal there. Each property is looked up when it
 * is first needed. Safe for use by any thread.
 */
public final class Display {

    /** The width without a terminal. */
    private static final int COLUMNS = 120;

    private final Terminal.Target out;
    private final Supplier<Boolean> err;
    private final UnaryOperator<@Nullable String> environment;
    private final Supplier<ScreenSize> measure;
    private @Nullable ScreenSize size;
    private @Nullable Boolean errTerminal;

    /**
     * A display with these properties.
     *
     * @param out the kind of standard output
     * @param err whether standard error is a terminal
     * @param measure the size of the terminal
     */
    public Display(
            Terminal.Target out,
            Supplier<Boolean> err,
            UnaryOperator<@Nullable String> environment,
            Supplier<ScreenSize> measure) {
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.measure = measure;
    }

    /** The display of this process. */
    public static Display system() {
        return new Display(
                Terminal.standardOutput(), Terminal::standardErrorIsTerminal, System::getenv, Terminal::size);
    }

    /** Standard output of this kind, with nothing known about the rest: without colours and pager. */
    public static Display of(Terminal.Target out) {
        return new Display(out, () -> false, name -> null, () -> new ScreenSize(COLUMNS, Integer.MAX_VALUE));
    }

    public Terminal.Target out() {
        return out;
    }

    /** Whether standard output is a terminal. */
    public boolean terminal() {
        return out == Terminal.Target.TERMINAL;
    }

    /** Whether standard error is a terminal. */
    public synchronized boolean errTerminal() {
        Boolean known = errTerminal;
        if (known == null) {
            errTerminal = known = err.get();
        }
        return known;
    }

    /** Whether a line on standard error can be drawn again. */
    public boolean redraws() {
        return errTerminal() && !JLineTerminal.dumb(environment);
    }

    /** Whether standard output gets colours. */
    public boolean colours(Colours when) {
        return when.on(terminal(), environment);
    }

    /** Whether standard error gets colours. */
    public boolean errColours(Colours when) {
        return when.on(when == Colours.AUTO && errTerminal(), environment);
    }

    public ScreenSize size() {
        return measured();
    }

    public int columns() {
        return measured().columns();
    }

    /** A variable of the environment; null if it is not set. */
    public @Nullable String variable(String name) {
        return environment.apply(name);
    }

    private synchronized ScreenSize measured() {
        ScreenSize known = size;
        if (known == null) {
            ScreenSize measured = measure.get();
            // what the environment says counts more: a person may want another width
            size = known =
                    new ScreenSize(number("COLUMNS", 40, measured.columns()), number("LINES", 1, measured.lines()));
        }
        return known;
    }

    private int number(String variable, int least, int otherwise) {
        String text = environment.apply(variable);
        String digits = text == null ? "" : text.strip();
        return digits.matches("[1-9][0-9]{0,4}") ? Math.max(least, Integer.parseInt(digits)) : otherwise;
    }
}
