package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.FrameMemory;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Declares the intended blocking calls for applications that run BlockHound: on the server's thread the launch, reading
 * the pipe, waiting for the process to end and waiting for demand; on a sending thread the short lock of a hand-over,
 * and writing into a pipe that has room. Every other blocking call is still reported.
 */
public final class StdioBlockHoundIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "offer")
                .allowBlockingCallsInside(StdioConnection.class.getName(), "startProcess")
                .allowBlockingCallsInside(ChildPipes.class.getName(), "open")
                .allowBlockingCallsInside(Watchdog.class.getName(), "start")
                .allowBlockingCallsInside(StdoutReader.class.getName(), "read")
                .allowBlockingCallsInside(StdoutReader.class.getName(), "awaitDemand")
                .allowBlockingCallsInside(FrameMemory.class.getName(), "await")
                .allowBlockingCallsInside(StdioConnection.class.getName(), "awaitExit")
                .allowBlockingCallsInside(StdioConnection.class.getName(), "outlive")
                // handing a task to another thread takes a lock briefly, and never during a write
                .allowBlockingCallsInside(StreamOutlet.class.getName(), "later")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "register")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "release")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "take")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "over")
                // the sending thread writes only while the pipe has room
                .allowBlockingCallsInside(StreamOutlet.class.getName(), "write");
    }
}
