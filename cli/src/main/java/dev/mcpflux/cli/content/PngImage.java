package dev.mcpflux.cli.content;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Whether bytes are a PNG image that a terminal can be trusted to decode. */
final class PngImage {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] HEADER = {'I', 'H', 'D', 'R'};
    /** The signature, the length and type of the first chunk, and its width and height. */
    private static final int LEAST = 24;

    /** A terminal keeps what it shows. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int MAX_SIDE = 10_000;
    /** An image of few bytes may decode into gigabytes. */
    private static final long MAX_PIXELS = 40_000_000;

    private PngImage() {}

    static boolean isShowable(byte[] bytes) {
        if (bytes.length < LEAST
                || bytes.length > MAX_BYTES
                || !Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                || !Arrays.equals(bytes, 12, 16, HEADER, 0, HEADER.length)) {
            return false;
        }
        ByteBuffer size = ByteBuffer.wrap(bytes, 16, 8);
        int width = size.getInt();
        int height = size.getInt();
        return width > 0
                && height > 0
                && width <= MAX_SIDE
                && height <= MAX_SIDE
                && (long) width * height <= MAX_PIXELS;
    }
}
