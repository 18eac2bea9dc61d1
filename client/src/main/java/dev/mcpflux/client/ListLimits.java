package dev.mcpflux.client;

/**
 * How much of one list of a server is read (specification: server/utilities/pagination). A longer list is cut short: it
 * completes with the elements read so far, a {@link SessionEvent.ListCut} and a warning. All pages together have the
 * time limit of one request ({@link RequestOptions#totalTimeout()}).
 *
 * <p>The same number of bytes limits the cached lists of one kind, for all callers together. When it is exceeded, the
 * lists of the least recently active caller are evicted and read again on demand. The list that was read last is always
 * kept.
 *
 * @param maxPages the number of pages; default 1000
 * @param maxElements the number of elements after which no further page is requested; default 100,000
 * @param maxBytes the bytes of all messages after the first page, which is limited by the size of a message; default 64
 *     MiB, or an eighth of the heap if that is less
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
