package dev.mcpflux.jsonrpc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growing buffer that messages are encoded straight into, so that a batch of them is written at once and without
 * another copy. Not safe for use by several threads.
 */
public final class OutgoingBuffer extends OutputStream {

    private static final int INITIAL = 8 * 1024;

    /** What the buffer shrinks back to once a large message is through: 64 KiB, about what a pipe takes at a time. */
    private static final int KEPT = 64 * 1024;

    private byte[] bytes;
    private int size;
    /** Where the message begins that is being written, and what of it is counted only, since it is over the limit. */
    private int begin;

    private int limit = Integer.MAX_VALUE;
    private long left;

    /** For the messages of a link. */
    public OutgoingBuffer() {
        this(INITIAL);
    }

    /**
     * For one message.
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

    /** What is written from now on is one message: beyond this many bytes it is counted and not held. */
    void begin(int most) {
        begin = size;
        limit = most;
        left = 0;
    }

    /** How many bytes the message has, if it is over the limit; else 0. No limit holds any more. */
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

    /** Drops everything from this position on: takes back a message whose encoding failed half-way. */
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

    /** Writes what is held to the stream, which is not flushed; the buffer keeps its content. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Puts a part of what is held into another buffer. */
    public void copyTo(ByteBuffer target, int from, int length) {
        target.put(bytes, Objects.checkFromIndexSize(from, length, size), length);
    }

    /** What is held now, and no copy: it is what was there only as long as this buffer is left alone. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** A copy of what is held. */
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
