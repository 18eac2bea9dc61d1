package dev.mcpflux.host;

import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpConnectionException;
import java.time.Duration;

/**
 * Whether a server that has failed is tried again by the next call. Only one that is reached by a network is: starting a
 * process again may repeat what it did. A start that took long is not repeated before as much time has passed: a call that
 * only lists what there is must not always wait for a server that is away.
 */
final class RestartPolicy {

    /** A start that failed faster is repeated by the next call; the first request by HTTP in a JVM takes over a second. */
    private static final Duration QUICK_FAILURE = Duration.ofSeconds(3);

    private final boolean remote;
    /** In milliseconds, on the clock of the host. */
    private volatile long nextAttempt;

    /**
     * A policy for one server.
     *
     * @param remote whether the server is reached by a network
     */
    RestartPolicy(boolean remote) {
        this.remote = remote;
    }

    /** A start has failed now, after this time; both in milliseconds. */
    void failed(long now, long took) {
        nextAttempt = took < QUICK_FAILURE.toMillis() ? 0 : now + took;
    }

    /** Whether the next call tries it again now. */
    boolean allows(ServerLife.Failed failed, long now) {
        return mayBeBack(failed) && now >= nextAttempt;
    }

    /** Whether the server may be there again by itself, or since somebody logged in, or mended a name or a certificate. */
    boolean mayBeBack(ServerLife life) {
        return remote
                && life instanceof ServerLife.Failed failed
                && (failed.error().isTransient()
                        || failed.error() instanceof McpConnectionException
                        || failed.error() instanceof McpAuthorizationRequiredException);
    }
}
