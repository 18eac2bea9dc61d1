package dev.mcpflux.transport;

import java.nio.ByteBuffer;

/**
 * The beginning and the end of a frame that is over the limit, which is skipped while it comes: enough to know which request
 * it answers. For who implements {@link DuplexConnection}. Not safe for use by several threads at a time.
 */
public final class FrameEnds {

    /** How many bytes are kept of each end. */
    public static final int WINDOW = 512;

    private final byte[] head = new byte[WINDOW];
    private int headLength;
    private final byte[] tail = new byte[WINDOW];
    private int tailLength;

    /** So many more bytes of it have come. */
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

    /** How it begins: a view, and no copy. */
    public ByteBuffer head() {
        return ByteBuffer.wrap(head, 0, headLength);
    }

    /** How it ends, so far: a view, and no copy. */
    public ByteBuffer tail() {
        return ByteBuffer.wrap(tail, 0, tailLength);
    }
}
