package dev.mcpflux.jsonrpc;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the messages of all servers may need at the same time: while they come in, and while they are decoded. There
 * is one heap for all, so there is one of each for all connections of the JVM. Messages of up to {@value #SMALL} bytes are
 * free: they neither wait nor count. For who implements {@link dev.mcpflux.transport.Connection}.
 *
 * <p>What does not fit waits where its thread may wait, up to a limit, and fails its own call after that. Any thread may use it.
 */
public final class FrameMemory {

    /** How many bytes a message has that is not counted. */
    public static final int SMALL = 64 * 1024;

    /**
     * For the bytes of messages that are not complete: a sixth of the heap, or the system property {@code
     * mcpflux.frames.heldBytes}.
     */
    public static final FrameMemory HELD =
            new FrameMemory("mcpflux.frames.heldBytes", Runtime.getRuntime().maxMemory() / 6, 3);

    /**
     * For what messages are while they are decoded: half of the heap, or the system property {@code
     * mcpflux.frames.decodedBytes}.
     */
    public static final FrameMemory DECODED =
            new FrameMemory("mcpflux.frames.decodedBytes", Runtime.getRuntime().maxMemory() / 2, 10);

    /** How much longer than the one before it each one waits that begins to. */
    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How often who waits looks whether it is still wanted. */
    private static final long LOOK_MILLIS = 50;

    private final String property;
    private final long total;
    private final long maxWaitNanos;

    // guarded by this
    private long taken;
    private int waiting;

    private FrameMemory(String property, long otherwise, int maxWaitSeconds) {
        this(property, Math.max(SMALL, Long.getLong(property, otherwise)), TimeUnit.SECONDS.toNanos(maxWaitSeconds));
    }

    FrameMemory(String property, long total, long maxWaitNanos) {
        this.property = property;
        this.total = total;
        this.maxWaitNanos = maxWaitNanos;
    }

    /** How many bytes there are in all. */
    public long total() {
        return total;
    }

    /** How many of them are taken. */
    public synchronized long taken() {
        return taken;
    }

    /** Takes so many bytes if they are free; never waits. */
    public synchronized boolean tryTake(long bytes) {
        if (bytes > total - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /**
     * Takes so many bytes, and waits for them.
     *
     * @param mayWait whether this thread may wait, asked again and again meanwhile; null for one that may not
     * @return whether they were taken
     */
    public boolean take(long bytes, @Nullable BooleanSupplier mayWait) {
        return tryTake(bytes) || (mayWait != null && bytes <= total && await(bytes, mayWait));
    }

    private synchronized boolean await(long bytes, BooleanSupplier mayWait) {
        long begin = System.nanoTime();
        // where all wait for each other, one after the other gives up, and not all at once
        long limit = maxWaitNanos + waiting * APART_NANOS;
        waiting++;
        try {
            while (bytes > total - taken) {
                if (System.nanoTime() - begin > limit || !mayWait.getAsBoolean()) {
                    return false;
                }
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
        }
        taken += bytes;
        return true;
    }

    /** Gives back what was taken. */
    public synchronized void give(long bytes) {
        if (bytes > 0) {
            taken -= bytes;
            notifyAll();
        }
    }

    /** Why something found no room, for an error message. */
    public String describe() {
        return "the messages of all servers together may take " + total + " bytes (" + property + "), of which "
                + taken() + " are taken";
    }

    /** What was taken for one message, to be given back once. */
    static final class Lease {

        static final Lease NONE = new Lease(DECODED, 0);

        private final FrameMemory memory;
        private long bytes;

        Lease(FrameMemory memory, long bytes) {
            this.memory = memory;
            this.bytes = bytes;
        }

        void give() {
            long all = bytes;
            if (all > 0) {
                bytes = 0;
                memory.give(all);
            }
        }
    }
}
