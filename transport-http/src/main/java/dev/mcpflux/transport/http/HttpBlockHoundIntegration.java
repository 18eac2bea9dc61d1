package dev.mcpflux.transport.http;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Allows, in applications that run BlockHound, the waits that happen once, on the thread that comes first. Every other blocking
 * call is still reported.
 */
public final class HttpBlockHoundIntegration implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // a delay is added to a queue, or removed from it, under a lock that is held for an instant
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "offer")
                // the first socket of a JVM reads a file of the JDK
                .allowBlockingCallsInside("java.net.SocketImpl", "<clinit>")
                // the deserializer of a type is built once: other threads that need it meanwhile wait
                .allowBlockingCallsInside(
                        "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
    }
}
