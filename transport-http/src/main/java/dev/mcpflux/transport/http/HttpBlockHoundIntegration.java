package dev.mcpflux.transport.http;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, in applications that run it, which waits are meant: those of the first time, which whatever thread comes
 * first has to make. Everything else that blocks is still reported.
 */
public final class HttpBlockHoundIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // a delay is put into a queue, or taken out of it, under a lock that is held for an instant
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "offer")
                // the first socket of a JVM reads a file of the JDK
                .allowBlockingCallsInside("java.net.SocketImpl", "<clinit>")
                // what a type is made of is found out once: who needs the same meanwhile waits for it
                .allowBlockingCallsInside(
                        "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
    }
}
