package dev.mcpflux.transport.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** When a stream that broke off is taken up again, and how often. For one stream; used by one thread at a time. */
final class Reconnection {

    private static final double GROWTH = 1.5;

    /** So that many clients that lost a server at once do not come back at once. */
    private static final double JITTER = 0.1;

    private final HttpOptions options;
    private int attempts;
    private long asked = -1;

    Reconnection(HttpRecipe recipe) {
        this.options = recipe.options();
    }

    /** Something came of the last attempt. */
    void progressed() {
        attempts = 0;
    }

    /** The server says how long to wait, in milliseconds. */
    void ask(long millis) {
        asked = millis;
    }

    /** How long to wait before the next attempt; null if it is not to be tried again. */
    @Nullable
    Duration next() {
        if (attempts >= options.streamAttempts()) {
            return null;
        }
        attempts++;
        long most = options.maxStreamDelay().toMillis();
        if (asked >= 0) {
            // "The client MUST respect the retry field"
            return Duration.ofMillis(Math.min(asked, most));
        }
        double delay = Math.min((double) most, options.streamDelay().toMillis() * Math.pow(GROWTH, attempts - 1.0));
        return Duration.ofMillis(
                (long) (delay * (1 + JITTER * ThreadLocalRandom.current().nextDouble())));
    }
}
