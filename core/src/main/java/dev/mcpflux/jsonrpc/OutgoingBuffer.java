package dev.mcpflux.jsonrpc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing buffer that messages are encoded into directly, so that a batch is written at once and without another
 * copy. Not safe for use by several threads.
 */
public final class OutgoingBuffer extends OutputStream {

    private static final int INITIAL = 8 * 1024;

    /** The size to which the buffer shrinks after a large message: 64 KiB, about the capacity of a pipe. */
    private static final int KEPT = 64 * 1024;

    private byte[] bytes;
    private int size;
    /** The start of the current message, and the part of it that is only counted because it is over the limit. */
    private int begin;

    private int limit = Integer.MAX_VALUE;
    private long left;

    /** Creates a buffer for the messages of a connection. */
    public OutgoingBuffer() {
        this(INITIAL);
    }

    /**
     * Creates a buffer for one message.
     *
     * @param capacity bytes, before it grows
     */
    public OutgoingBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** The number of bytes held. */
    public int size() {
        return size;
    }

    /** Begins a message: bytes over this limit are counted and not held. */
    void begin(int most) {
        begin = size;
        limit = most;
        left = 0;
    }

    /** The size of the message in bytes if it is over the limit, otherwise 0. Ends the limit. */
    long endOver() {
        long over = left == 0 ? 0 : size - begin + left;
        limit = Integer.MAX_VALUE;
        left = 0;
        return over;
    }

    private boolean over(int more) {
        if (left > 0 || size - begin > limit - more) {
            left += more;
            return true;
        }
        return false;
    }

    /** Removes everything from this position on, for instance a message whose encoding failed. */
    public void truncate(int position) {
        size = Math.min(size, position);
    }

    /** Empties the buffer. */
    public void reset() {
        size = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
    }

    /** Writes the content to the stream without flushing it; the buffer keeps its content. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Copies a part of the content into another buffer. */
    public void copyTo(ByteBuffer target, int from, int length) {
        target.put(bytes, Objects.checkFromIndexSize(from, length, size), length);
    }

    /** The content without a copy; valid only until this buffer changes. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** A copy of the content. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    @Override
    public void write(int b) {
        if (limit != Integer.MAX_VALUE && over(1)) {
            return;
        }
        ensure(1);
        bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        if (limit != Integer.MAX_VALUE && over(length)) {
            return;
        }
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), (int)
                    Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }
}
