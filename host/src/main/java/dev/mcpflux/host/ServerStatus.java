package dev.mcpflux.host;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a server is at one moment.
 *
 * @param peer what was agreed on, null before it is ready
 * @param pid the id of its process, null where it has none or none any more
 * @param startTime from the start until it was ready, null before
 * @param generation which start of it this is, from 1; 0 before the first
 * @param error why it failed, or where it is switched off, else null
 */
public record ServerStatus(
        String name,
        ServerState state,
        @Nullable PeerInfo peer,
        @Nullable Long pid,
        @Nullable Duration startTime,
        int generation,
        @Nullable McpException error) {}
