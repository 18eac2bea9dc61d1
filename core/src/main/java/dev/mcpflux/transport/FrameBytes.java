package dev.mcpflux.transport;

/**
 * How large the frame is that a thread is handing over. What is made of a frame and kept (an event, a cached result, a
 * question that waits) weighs about as much, so limits in bytes are counted by it. For who implements {@link Connection}.
 */
public final class FrameBytes {

    private static final ThreadLocal<FrameBytes> CURRENT = ThreadLocal.withInitial(FrameBytes::new);

    private int bytes;

    private FrameBytes() {}

    /** Of this thread; only this thread may use it. */
    public static FrameBytes ofThisThread() {
        return CURRENT.get();
    }

    /** Of the frame that this thread is handing over; 0 if it hands over none. */
    public static int current() {
        return CURRENT.get().bytes;
    }

    /** What is handed over is a batch: each of its messages counts as a part of the frame. */
    public static void share(int messages) {
        FrameBytes own = CURRENT.get();
        own.bytes = Math.max(1, own.bytes / Math.max(1, messages));
    }

    /** Called before a frame is handed over with its length, and after that with 0. */
    public void set(int length) {
        bytes = length;
    }
}
