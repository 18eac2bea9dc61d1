package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.FrameMemory;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, in applications that run it, which waits are meant: of the server's thread, for the launch, for the pipe, for the end of the process and for
 * demand; of who sends, for the instant of handing over or of writing into a pipe that has room. Everything else that blocks is still reported.
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
                // what is handed over to another thread takes a lock for an instant, and never while writing
                .allowBlockingCallsInside(StreamOutlet.class.getName(), "later")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "register")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "release")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "take")
                .allowBlockingCallsInside(SelectorLoop.class.getName(), "over")
                // writing happens on the thread of who sends only while the pipe has room
                .allowBlockingCallsInside(StreamOutlet.class.getName(), "write");
    }
}
