package dev.mcpflux.cli.watch;

import dev.mcpflux.host.server.ServerLife;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server in the table of {@code watch}.
 *
 * @param since when it came into its state
 * @param calls how many calls are in progress
 * @param queued how many calls wait for their turn
 * @param error the latest error in one line, which may be over; null if there was none
 * @param details the same error with everything that is known about it
 */
record WatchRow(
        String name,
        ServerLife life,
        Instant since,
        int calls,
        int queued,
        RoundTrips trips,
        @Nullable String error,
        @Nullable String details) {}
