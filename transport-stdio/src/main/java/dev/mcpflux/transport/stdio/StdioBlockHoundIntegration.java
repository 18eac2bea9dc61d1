package dev.mcpflux.transport.stdio;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, in applications that run it, which waits of the reading thread are meant: for the pipe and for
 * demand. Everything else that blocks on that thread is still reported.
 */
public final class StdioBlockHoundIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(StdoutReader.class.getName(), "read")
                .allowBlockingCallsInside(StdoutReader.class.getName(), "awaitDemand");
    }
}
