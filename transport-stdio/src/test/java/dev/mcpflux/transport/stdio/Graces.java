package dev.mcpflux.transport.stdio;

import java.time.Duration;

/**
 * Graces for a server whose close is known: the stages before that one do not end it and are short, that one ends it and has
 * all the time that a busy machine needs. A stage that ends a server that it should not end is seen either way.
 */
final class Graces {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(25);

    private Graces() {}

    /** For a close that is reported so: by itself, after TERM, or after KILL. */
    static StdioOptions until(String expected) {
        boolean byItself = expected.startsWith("ended by itself");
        boolean kill = expected.equals("needed KILL");
        return StdioOptions.defaults().withCloseGraces(LONG, byItself ? LONG : SHORT, kill ? SHORT : LONG, LONG);
    }
}
