package dev.mcpflux.host.server;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a server is at one moment.
 *
 * @param life where it is in its life, with the details of its state
 * @param since when it came into this state, by the clock of the session's options
 * @param required whether its host fails when it fails to start
 * @param peer what was agreed on when it was ready last, null if it has not been ready in this host
 * @param pid the id of its process, null where it has none or none any more
 * @param startTime how long the start took after which it was ready last, null if it has not been
 * @param calls how many calls are in progress
 * @param queued how many calls wait for their turn ({@link dev.mcpflux.host.config.CallLimits})
 */
public record ServerStatus(
        String name,
        ServerLife life,
        Instant since,
        boolean required,
        @Nullable PeerInfo peer,
        @Nullable Long pid,
        @Nullable Duration startTime,
        int calls,
        int queued) {

    /** The state that people see. */
    public ServerState state() {
        return life.state();
    }

    /** The number of its session, from 1; 0 before the first. */
    public int generation() {
        return life.generation();
    }

    /** Why it cannot be used, is degraded, or where it is switched off; else null. */
    public @Nullable McpException error() {
        return life.error();
    }

    /** Its health, as a balancer or an operator wants to know it. */
    public ServerHealth health() {
        return ServerHealth.of(this);
    }
}
