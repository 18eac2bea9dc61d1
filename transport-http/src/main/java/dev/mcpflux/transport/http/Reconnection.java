package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How often, and after which delays, a stream that broke off is resumed. For one stream; used by one thread at a time. */
final class Reconnection {

    private static final double GROWTH = 1.5;

    /** Spreads the clients that lost a server at the same moment. */
    private static final double JITTER = 0.1;

    private final HttpOptions options;
    /** A stream that was open for so many of the first delays counts as a success. */
    private static final int LIVED = 5;

    private final Backoff backoff;
    private int attempts;
    private long asked = -1;

    Reconnection(HttpOptions options) {
        this.options = options;
        this.backoff = new Backoff(options.streamDelay(), options.maxStreamDelay(), GROWTH);
    }

    /** The last attempt was a success. */
    void progressed() {
        attempts = 0;
    }

    /** The last attempt was answered, and its stream was open for this time. */
    void lived(Duration time) {
        if (time.compareTo(options.streamDelay().multipliedBy(LIVED)) >= 0) {
            attempts = 0;
        }
    }

    /** The server asks for this delay, in milliseconds. */
    void ask(long millis) {
        asked = millis;
    }

    /** The delay before the next attempt; null if there is none. */
    @Nullable
    Duration next() {
        if (attempts >= options.streamAttempts()) {
            return null;
        }
        attempts++;
        long most = options.maxStreamDelay().toMillis();
        if (asked >= 0 && attempts == 1) {
            // "The client MUST respect the retry field"
            return Duration.ofMillis(Math.min(asked, most));
        }
        // a server that asks for no delay at all gets one from the second attempt on
        Duration own = backoff.delay(asked >= 0 ? attempts - 2 : attempts - 1, JITTER);
        return Duration.ofMillis(Math.max(own.toMillis(), Math.min(asked, most)));
    }
}
