package dev.mcpflux.client;

import java.util.concurrent.atomic.AtomicLong;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * How large a list is that is being read: put into the Reactor context of the subscriber of a list of {@link McpSession}, it
 * counts the bytes of the messages that the pages came in, also of those that the session had kept. For who keeps lists and
 * bounds what they weigh. Any thread may use it.
 */
public final class ListBytes {

    private final AtomicLong sum = new AtomicLong();

    /** Nothing is counted yet. */
    public ListBytes() {}

    /** The context in which lists are counted here. */
    public Context into(Context context) {
        return context.put(ListBytes.class, this);
    }

    /** What was counted until now, in bytes. */
    public long sum() {
        return sum.get();
    }

    static void add(ContextView context, long bytes) {
        if (context.getOrDefault(ListBytes.class, null) instanceof ListBytes counter) {
            counter.sum.addAndGet(bytes);
        }
    }
}
