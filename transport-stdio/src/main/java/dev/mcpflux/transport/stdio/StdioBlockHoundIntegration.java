package dev.mcpflux.transport.stdio;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, in applications that run it, which waits are meant: of the reading thread, for the pipe and for
 * demand; of who sends, for the instant of handing over. Everything else that blocks is still reported.
 */
public final class StdioBlockHoundIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(StdoutReader.class.getName(), "read")
                .allowBlockingCallsInside(StdoutReader.class.getName(), "awaitDemand")
                // handing over to the writing thread takes the lock of its queue, for an instant and never while
                // writing; writing directly happens only while the pipe has room
                .allowBlockingCallsInside(StdinWriter.class.getName(), "schedule");
    }
}
