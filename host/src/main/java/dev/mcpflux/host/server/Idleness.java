package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.config.LifetimeOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches a server that is not used: closes it after its {@linkplain LifetimeOptions#idleTimeout() idle time}, and
 * {@linkplain LifetimeOptions#pingInterval() pings} it where its era has pings. A server that is used is neither closed nor
 * pinged: its traffic shows that it is there.
 */
final class Idleness {

    /** How long an answer to a ping may take at the most. */
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);

    private static final int UNANSWERED = 2;

    private final ServerSupervisor server;
    private final @Nullable Duration idleTimeout;
    private final @Nullable Duration pingInterval;
    private final SessionOptions options;
    private final Alarm idle;
    private final Alarm ping;

    Idleness(ServerSupervisor server, LifetimeOptions lifetime, SessionOptions options) {
        this.server = server;
        this.idleTimeout = lifetime.idleTimeout();
        this.pingInterval = lifetime.pingInterval();
        this.options = options;
        this.idle = new Alarm(options.timer());
        this.ping = new Alarm(options.timer());
    }

    /** A generation is ready, and not used yet. */
    void ready(Generation generation) {
        CallGate gate = server.gate();
        if (gate == null) {
            return;
        }
        long readyAt = server.now();
        if (idleTimeout != null) {
            long limit = idleTimeout.toMillis();
            idle.set(limit, () -> checkIdle(generation, gate, readyAt, limit));
        }
        if (pingInterval != null) {
            long limit = pingInterval.toMillis();
            ping.set(limit, () -> checkPing(generation, gate, readyAt, limit, 0));
        }
    }

    private void checkIdle(Generation generation, CallGate gate, long readyAt, long limit) {
        if (!server.isUsable(generation)) {
            return;
        }
        long unused = server.now() - Math.max(readyAt, gate.lastUse());
        if (generation.uses() == 0 && unused >= limit) {
            server.rest(generation);
        } else {
            long left = generation.uses() == 0 ? limit - unused : limit;
            idle.set(left, () -> checkIdle(generation, gate, readyAt, limit));
        }
    }

    private void checkPing(Generation generation, CallGate gate, long readyAt, long limit, int unanswered) {
        McpSession session = generation.session();
        if (session == null || !server.isUsable(generation) || !session.supportsPing()) {
            return;
        }
        long unused = server.now() - Math.max(readyAt, gate.lastUse());
        if (generation.uses() > 0 || unused < limit) {
            long left = generation.uses() > 0 ? limit : limit - unused;
            ping.set(left, () -> checkPing(generation, gate, readyAt, limit, 0));
            return;
        }
        Duration timeout = PING_TIMEOUT.toMillis() < limit ? PING_TIMEOUT : Duration.ofMillis(limit);
        session.ping()
                .timeout(timeout, options.timer())
                .subscribe(
                        null,
                        e -> unanswered(generation, gate, readyAt, limit, unanswered + 1),
                        () -> answered(generation, gate, readyAt, limit));
    }

    private void answered(Generation generation, CallGate gate, long readyAt, long limit) {
        server.answered(generation);
        pingAgain(generation, gate, readyAt, limit, 0);
    }

    private void unanswered(Generation generation, CallGate gate, long readyAt, long limit, int count) {
        McpConnectionException error = new McpConnectionException(
                server.name(),
                count == 1 ? "it did not answer a ping" : "it did not answer " + count + " pings in a row",
                Diagnostics.NONE,
                null);
        if (count >= UNANSWERED) {
            server.lost(generation, error);
        } else {
            server.unanswered(generation, error);
            pingAgain(generation, gate, readyAt, limit, count);
        }
    }

    /** Another generation may have taken over while the ping was under way, and has set the alarm for itself. */
    private void pingAgain(Generation generation, CallGate gate, long readyAt, long limit, int unanswered) {
        if (server.isUsable(generation)) {
            ping.set(limit, () -> checkPing(generation, gate, readyAt, limit, unanswered));
        }
    }

    void cancel() {
        idle.cancel();
        ping.cancel();
    }
}
