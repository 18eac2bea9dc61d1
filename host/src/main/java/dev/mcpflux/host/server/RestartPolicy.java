package dev.mcpflux.host.server;

import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.RestartOptions;
import dev.mcpflux.host.server.LifeEvent.Verdict;
import dev.mcpflux.internal.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decides what follows when a server was lost or could not be started, and remembers the restarts of one server. Times are in
 * milliseconds on the clock of the host. Thread-safe.
 *
 * <p>A server that is reached over a network may also be tried again by the next call, and never is quarantined: a new
 * connection starts nothing. A start that took long is not repeated by a call before as much time has passed: a call that only
 * lists what there is must not always wait for a server that is away. A server that asks for a pause gets it.
 */
final class RestartPolicy {

    /** A start that failed faster is repeated by the next call; the first request by HTTP in a JVM takes over a second. */
    private static final Duration QUICK_FAILURE = Duration.ofSeconds(3);

    private static final Verdict NEVER = new Verdict.Never();

    private final RestartOptions options;
    private final Backoff backoff;
    private final boolean remote;

    // guarded by this
    private final Deque<Long> restarts = new ArrayDeque<>();
    private boolean wasReady;
    private long readyAt;
    private int attempt = 1;
    private long nextCall;

    /**
     * A policy for one server.
     *
     * @param remote whether the server is reached over a network
     */
    RestartPolicy(RestartOptions options, boolean remote) {
        this.options = options;
        this.backoff = new Backoff(options.firstDelay(), options.maxDelay(), options.growth());
        this.remote = remote;
    }

    /** The server became ready now. */
    synchronized void ready(long now) {
        wasReady = true;
        readyAt = now;
        nextCall = 0;
    }

    /** A start that took this time has failed now. */
    synchronized Verdict startFailed(McpException error, long now, long took) {
        nextCall = Math.max(took < QUICK_FAILURE.toMillis() ? 0 : now + took, now + pause(error));
        return verdict(error, now);
    }

    /** The server was lost now. */
    synchronized Verdict lost(McpException error, long now) {
        stopped(now);
        return verdict(error, now);
    }

    /** The server stopped being ready now, lost or not: if it was stable, another row begins. */
    synchronized void stopped(long now) {
        if (now - readyAt >= options.stableAfter().toMillis()) {
            attempt = 1;
        }
    }

    private Verdict verdict(McpException error, long now) {
        if (!options.enabled() || !mayHelp(error)) {
            return NEVER;
        }
        long until =
                now + Math.max(backoff.delay(attempt - 1L, options.jitter()).toMillis(), pause(error));
        if (!remote) {
            long begin = now - options.window().toMillis();
            restarts.removeIf(at -> at < begin);
            if (restarts.size() >= options.maxRestarts()) {
                return new Verdict.Quarantine(restarts.size());
            }
            restarts.add(until);
        }
        attempt++;
        return new Verdict.Again(attempt, Instant.ofEpochMilli(until));
    }

    /** How long an HTTP server has asked not to be tried again, in milliseconds. */
    private static long pause(McpException error) {
        for (Throwable cause = error; cause instanceof McpException; cause = cause.getCause()) {
            if (cause instanceof McpHttpStatusException status
                    && status.retryAfter().isPresent()) {
                return Math.min(status.retryAfter().get().toMillis(), CallGate.LONGEST_PAUSE.toMillis());
            }
        }
        return 0;
    }

    /** Whether a restart may help, without anybody changing anything. A process that was ready before may be ready again. */
    private boolean mayHelp(McpException error) {
        if (error instanceof McpConfigurationException
                || error instanceof McpApprovalRequiredException
                || error instanceof McpAuthorizationRequiredException) {
            return false;
        }
        return error.isTransient() || (wasReady && !remote);
    }

    /** Somebody starts the server by hand: earlier restarts do not count any more. */
    synchronized void forget() {
        restarts.clear();
        attempt = 1;
        nextCall = 0;
    }

    /** The number of the next start in this row. */
    synchronized int attempt() {
        return attempt;
    }

    /** Whether a call starts the server now. */
    synchronized boolean allowsCall(ServerLife life, long now) {
        return mayBeBack(life) && now >= nextCall;
    }

    /**
     * Whether the server may be there again by itself, or since somebody approved it, logged in, or mended a name or a
     * certificate.
     */
    boolean mayBeBack(ServerLife life) {
        if (life instanceof ServerLife.Failed failed && failed.error() instanceof McpApprovalRequiredException) {
            return true;
        }
        if (life instanceof ServerLife.BackingOff) {
            return remote;
        }
        return remote
                && life instanceof ServerLife.Failed failed
                && (failed.error().isTransient()
                        || failed.error() instanceof McpConnectionException
                        || failed.error() instanceof McpAuthorizationRequiredException);
    }
}
