package dev.mcpflux.client;

import java.util.concurrent.atomic.AtomicLong;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Counts the size of a list while it is read, for applications that cache lists and limit their size. Put it into the
 * Reactor context of the subscriber of a list of {@link McpSession}; it adds up the bytes of the messages of all pages,
 * including pages from the session's cache. Thread-safe.
 */
public final class ListBytes {

    private final AtomicLong sum = new AtomicLong();

    /** A counter that starts at 0. */
    public ListBytes() {}

    /** Adds this counter to a context. */
    public Context into(Context context) {
        return context.put(ListBytes.class, this);
    }

    /** The number of bytes so far. */
    public long sum() {
        return sum.get();
    }

    static void add(ContextView context, long bytes) {
        if (context.getOrDefault(ListBytes.class, null) instanceof ListBytes counter) {
            counter.sum.addAndGet(bytes);
        }
    }
}
