package dev.mcpflux.transport.spi;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A view of the bytes of one frame, without its delimiter. It is valid only during the call that it is passed to. */
public final class Frame {

    private static final int PREVIEW = 120;
    private static final int MASKED = 8 * 1024;

    private byte[] bytes = new byte[0];
    private int offset;
    private int length;
    private boolean cutOff;

    public Frame() {}

    public static Frame of(byte[] bytes) {
        return new Frame().set(bytes, 0, bytes.length);
    }

    /** Points this view at other bytes, so that one object serves all frames of a stream. */
    public Frame set(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.cutOff = false;
        return this;
    }

    /** Marks a frame without a delimiter at the end of the stream: it may be an incomplete message. */
    public Frame cutOff(boolean value) {
        cutOff = value;
        return this;
    }

    /**
     * Whether the stream ended within this frame. If so, the end of the stream is the better explanation of an invalid
     * frame.
     */
    public boolean cutOff() {
        return cutOff;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /**
     * The beginning of the frame as text, for an event.
     *
     * @param mask masks secrets; receives more than the preview, because a truncated secret would not be recognised
     */
    public String preview(UnaryOperator<String> mask) {
        String text = mask.apply(new String(bytes, offset, Math.min(length, MASKED), StandardCharsets.UTF_8));
        return text.length() > PREVIEW ? text.substring(0, PREVIEW) + "…" : text;
    }
}
