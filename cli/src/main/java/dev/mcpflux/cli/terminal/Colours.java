package dev.mcpflux.cli.terminal;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** When colours and other styles are used. No meaning depends on them. */
public enum Colours {
    /** On a terminal that can show them, unless the environment says otherwise; the default. */
    AUTO,
    ALWAYS,
    NEVER;

    /**
     * Whether a stream gets colours. In order of precedence: what the command line says, {@code NO_COLOR} (no-color.org),
     * {@code CLICOLOR_FORCE} and {@code CLICOLOR} (bixense.com/clicolors), {@code TERM}, and whether it is a terminal.
     */
    public boolean on(boolean terminal, UnaryOperator<@Nullable String> environment) {
        if (this != AUTO) {
            return this == ALWAYS;
        }
        if (isSet(environment.apply("NO_COLOR"))) {
            return false;
        }
        String force = environment.apply("CLICOLOR_FORCE");
        if (isSet(force) && !"0".equals(force)) {
            return true;
        }
        return terminal && !"0".equals(environment.apply("CLICOLOR")) && !JLineTerminal.dumb(environment);
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
