package dev.mcpflux.transport.stdio;

import java.time.Duration;

/**
 * Graces for a server whose close ends in a known stage. The stages before it do not end the server and are short; that
 * stage gets all the time that a busy machine needs. If another stage ends the server, the test sees it.
 */
final class Graces {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(25);

    private Graces() {}

    /** Graces for a close with this outcome: by itself, after TERM, or after KILL. */
    static StdioOptions until(String expected) {
        boolean byItself = expected.startsWith("ended by itself");
        boolean kill = expected.equals("needed KILL");
        return StdioOptions.builder()
                .closeGraces(LONG, byItself ? LONG : SHORT, kill ? SHORT : LONG, LONG)
                .build();
    }
}
