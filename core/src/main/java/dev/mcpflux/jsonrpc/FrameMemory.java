package dev.mcpflux.jsonrpc;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory of the messages of all servers together, while they are received and while they are decoded. All
 * connections of the JVM share one heap, so there is one instance of each kind. Messages of up to {@value #SMALL} bytes
 * neither wait nor count. For implementers of {@link dev.mcpflux.transport.spi.Connection}.
 *
 * <p>A message that does not fit waits, up to a limit, if its thread may wait, and fails its own call after that. Any
 * thread may use this class.
 */
public final class FrameMemory {

    /** The size in bytes up to which a message does not count. */
    public static final int SMALL = 64 * 1024;

    /**
     * For the bytes of incomplete messages: a sixth of the heap, or the system property {@code
     * mcpflux.frames.heldBytes}.
     */
    public static final FrameMemory HELD =
            new FrameMemory("mcpflux.frames.heldBytes", Runtime.getRuntime().maxMemory() / 6, 3);

    /**
     * For messages while they are decoded: half of the heap, or the system property {@code
     * mcpflux.frames.decodedBytes}.
     */
    public static final FrameMemory DECODED =
            new FrameMemory("mcpflux.frames.decodedBytes", Runtime.getRuntime().maxMemory() / 2, 10);

    /** Each further waiting thread waits this much longer than the one before. */
    private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How often a waiting thread checks whether it should continue to wait. */
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

    /** The limit in bytes. */
    public long total() {
        return total;
    }

    /** The bytes in use. */
    public synchronized long taken() {
        return taken;
    }

    /** Takes this many bytes if they are free; never waits. */
    public synchronized boolean tryTake(long bytes) {
        if (bytes > total - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /**
     * Takes this many bytes, and waits for them if necessary.
     *
     * @param mayWait whether this thread may wait, called repeatedly during the wait; null for a thread that may not
     * @return whether they were taken
     */
    public boolean take(long bytes, @Nullable BooleanSupplier mayWait) {
        return tryTake(bytes) || (mayWait != null && bytes <= total && await(bytes, mayWait));
    }

    private synchronized boolean await(long bytes, BooleanSupplier mayWait) {
        long begin = System.nanoTime();
        // if all threads wait for each other, they give up one after the other, not all at once
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

    /** Returns bytes that were taken. */
    public synchronized void give(long bytes) {
        if (bytes > 0) {
            taken -= bytes;
            notifyAll();
        }
    }

    /** Describes the limit and its use, for an error message. */
    public String describe() {
        return "the messages of all servers together may take " + total + " bytes (" + property + "), of which "
                + taken() + " are taken";
    }

    /** The bytes taken for one message, to be returned once. */
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
