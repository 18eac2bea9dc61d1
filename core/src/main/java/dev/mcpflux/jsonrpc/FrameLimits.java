package dev.mcpflux.jsonrpc;

/**
 * Limits of the content of one message. Its transport limits its length in bytes, but a short text can contain very
 * many values, and each takes memory once it has been read. A message beyond a limit fails its call.
 *
 * @param maxDepth most levels of nested objects and lists; default 500
 * @param maxValues most JSON tokens: one for each value and each name, and two for each object and list; default
 *     1,000,000
 * @param maxDigits most digits of a number; default 1000
 * @param maxSentBytes most bytes of a message to the peer: a larger one is not sent and fails its call; default 64 MiB
 */
public record FrameLimits(int maxDepth, long maxValues, int maxDigits, int maxSentBytes) {

    public static final FrameLimits DEFAULT = new FrameLimits(500, 1_000_000, 1000, 64 << 20);

    public FrameLimits {
        if (maxDepth < 1 || maxValues < 1 || maxDigits < 1 || maxSentBytes < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + maxDepth + ", " + maxValues + ", " + maxDigits + ", " + maxSentBytes);
        }
    }

    public FrameLimits withMaxDepth(int depth) {
        return new FrameLimits(depth, maxValues, maxDigits, maxSentBytes);
    }

    public FrameLimits withMaxValues(long values) {
        return new FrameLimits(maxDepth, values, maxDigits, maxSentBytes);
    }

    public FrameLimits withMaxDigits(int digits) {
        return new FrameLimits(maxDepth, maxValues, digits, maxSentBytes);
    }

    public FrameLimits withMaxSentBytes(int bytes) {
        return new FrameLimits(maxDepth, maxValues, maxDigits, bytes);
    }

    String describe() {
        return maxDepth + " levels, " + maxValues + " values, numbers of " + maxDigits + " digits";
    }
}
