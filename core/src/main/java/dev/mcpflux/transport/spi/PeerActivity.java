package dev.mcpflux.transport.spi;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Records what a peer sent on one connection, to explain timeouts: messages that match no request, and invalid frames.
 * It is not keyed by caller, so it holds no content of valid messages, only ids and previews of invalid frames.
 *
 * <p>Thread-safe. A valid message costs one increment.
 */
public final class PeerActivity {

    static final String NOTHING = "it sent nothing";

    private static final int KEPT = 8;
    private static final int SHOWN = 3;
    private static final int MAX_QUOTE = 120;

    private final AtomicLong messages = new AtomicLong();
    private final UnaryOperator<String> mask;

    // guarded by this
    private final Deque<Oddity> oddities = new ArrayDeque<>();

    /**
     * An irregularity to report.
     *
     * @param at the number of messages before it
     */
    private record Oddity(long at, String clause) {}

    /**
     * A recorder without entries.
     *
     * @param mask masks configured secrets
     */
    public PeerActivity(UnaryOperator<String> mask) {
        this.mask = mask;
    }

    /** Counts a received frame, before it is decoded. */
    public void received() {
        messages.incrementAndGet();
    }

    /** Records a response that matches no pending request. */
    void unmatched(String id) {
        odd("it answered with id " + quote(id) + ", which no pending request has");
    }

    /**
     * Records an invalid frame.
     *
     * @param json whether it was valid JSON
     * @param preview the beginning of the frame, already masked
     */
    void undecodable(boolean json, String reason, String preview) {
        odd(
                json
                        ? "it sent JSON that is no valid message (" + quote(reason) + "): " + quote(preview)
                        : "it wrote a line that is not JSON: " + quote(preview));
    }

    /** Records a message that exceeded the limit. */
    void tooLong(long bytes, int limit) {
        odd("it sent a message of " + bytes + " bytes, more than the limit of " + limit);
    }

    /** Records the irregularity that an event reports; ignores other events. */
    public void observe(ConnectionEvent event) {
        if (event instanceof ConnectionEvent.UnmatchedResponse response) {
            unmatched(response.id());
        } else if (event instanceof ConnectionEvent.Undecodable noise) {
            undecodable(noise.json(), noise.reason(), noise.preview());
        } else if (event instanceof ConnectionEvent.FrameTooLong large) {
            tooLong(large.bytes(), large.limit());
        }
    }

    private void odd(String clause) {
        long at = messages.get();
        synchronized (this) {
            if (oddities.size() == KEPT) {
                oddities.removeFirst();
            }
            oddities.addLast(new Oddity(at, clause));
        }
    }

    private String quote(String text) {
        return SafeText.line(mask.apply(text), MAX_QUOTE);
    }

    /** A mark for {@link #since}, to be taken when an operation begins to wait. */
    public long mark() {
        return messages.get();
    }

    /** What the peer sent since a mark, as clauses for an error message, without duplicates; never empty. */
    public List<String> since(long mark) {
        List<String> clauses = new ArrayList<>();
        synchronized (this) {
            oddities.stream()
                    .filter(oddity -> oddity.at() > mark)
                    .map(Oddity::clause)
                    .distinct()
                    .forEach(clauses::add);
        }
        long count = messages.get() - mark;
        if (clauses.isEmpty()) {
            return List.of(
                    count == 0 ? NOTHING : "it sent " + count + (count == 1 ? " other message" : " other messages"));
        }
        return clauses.size() > SHOWN ? List.copyOf(clauses.subList(0, SHOWN)) : List.copyOf(clauses);
    }
}
