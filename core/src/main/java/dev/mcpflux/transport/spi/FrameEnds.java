package dev.mcpflux.transport.spi;

import java.nio.ByteBuffer;

/**
 * The beginning and the end of a frame that exceeds the limit and is skipped. This suffices to find the request that
 * the frame answers. For implementers of {@link DuplexConnection}. Not thread-safe.
 */
public final class FrameEnds {

    /** The number of bytes kept at each end. */
    public static final int WINDOW = 512;

    private final byte[] head = new byte[WINDOW];
    private int headLength;
    private final byte[] tail = new byte[WINDOW];
    private int tailLength;

    /** Adds received bytes. */
    public void add(byte[] bytes, int offset, int length) {
        int more = Math.min(WINDOW - headLength, length);
        System.arraycopy(bytes, offset, head, headLength, more);
        headLength += more;
        int fresh = Math.min(WINDOW, length);
        int kept = Math.min(tailLength, WINDOW - fresh);
        System.arraycopy(tail, tailLength - kept, tail, 0, kept);
        System.arraycopy(bytes, offset + length - fresh, tail, kept, fresh);
        tailLength = kept + fresh;
    }

    /** The beginning of the frame: a view, not a copy. */
    public ByteBuffer head() {
        return ByteBuffer.wrap(head, 0, headLength);
    }

    /** The end of the frame so far: a view, not a copy. */
    public ByteBuffer tail() {
        return ByteBuffer.wrap(tail, 0, tailLength);
    }
}
