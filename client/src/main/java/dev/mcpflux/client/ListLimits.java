package dev.mcpflux.client;

/**
 * How much of one list of a server is read (specification: server/utilities/pagination). A list that is longer ends there, with
 * what was read, a {@link SessionEvent.ListCut} and a warning. The time that a server may take for all pages together is that
 * of one request ({@link RequestOptions#totalTimeout()}).
 *
 * <p>What is kept of the lists of one kind is bounded by the same number of bytes for all callers together: beyond it, what is
 * kept for the caller that used it least recently is released, and read anew when it is needed. What was read last is kept
 * in any case.
 *
 * @param maxPages how many pages; default 1000
 * @param maxElements how many elements, beyond which no further page is asked for; default 100,000
 * @param maxBytes how many bytes of messages after the first page, which the limit of one message bounds; default 64 MiB, or an
 *     eighth of the heap if that is less
 */
public record ListLimits(int maxPages, int maxElements, long maxBytes) {

    public static final ListLimits DEFAULT = new ListLimits(
            1000, 100_000, Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

    public ListLimits {
        if (maxPages < 1 || maxElements < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + maxPages + ", " + maxElements + ", " + maxBytes);
        }
    }
}
