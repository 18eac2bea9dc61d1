package dev.mcpflux.internal;

/**
 * The size of the frame that the current thread is delivering. An object that is created from a frame and kept (an
 * event, a cached result, a waiting request) needs about as much memory, so limits in bytes use this size.
 */
public final class FrameBytes {

    private static final ThreadLocal<FrameBytes> CURRENT = ThreadLocal.withInitial(FrameBytes::new);

    private int bytes;

    private FrameBytes() {}

    /** The counter of the current thread; only this thread may use it. */
    public static FrameBytes ofThisThread() {
        return CURRENT.get();
    }

    /** The size of the frame that the current thread is delivering; 0 if there is none. */
    public static int current() {
        return CURRENT.get().bytes;
    }

    /** The frame is a batch: each of its messages counts as an equal part of it. */
    public static void share(int messages) {
        FrameBytes own = CURRENT.get();
        own.bytes = Math.max(1, own.bytes / Math.max(1, messages));
    }

    /** Called with the length of a frame before it is delivered, and with 0 after it. */
    public void set(int length) {
        bytes = length;
    }
}
