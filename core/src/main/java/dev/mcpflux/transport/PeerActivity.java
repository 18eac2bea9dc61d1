package dev.mcpflux.transport;

import dev.mcpflux.text.SafeText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * What a peer sent on one connection, as far as it explains why something that was waited for did not come: messages that
 * belong to nothing, and what is no message. It is not keyed by caller, so it holds no content of a message that could be
 * decoded, only ids and previews of what could not be.
 *
 * <p>Any thread may write and read. A message that is in order costs one increment.
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
     * Something that is worth telling.
     *
     * @param at how many messages there had been
     */
    private record Oddity(long at, String clause) {}

    /**
     * Nothing yet.
     *
     * @param mask hides configured secrets
     */
    public PeerActivity(UnaryOperator<String> mask) {
        this.mask = mask;
    }

    /** Something came, whatever it was. Called before it is looked at. */
    public void received() {
        messages.incrementAndGet();
    }

    /** A response came whose id no request has. */
    void unmatched(String id) {
        odd("it answered under the id " + quote(id) + ", which no open request has");
    }

    /**
     * Something came that is no message.
     *
     * @param json whether it was JSON
     * @param preview how it begins, already masked
     */
    void undecodable(boolean json, String reason, String preview) {
        odd(
                json
                        ? "it sent JSON that is no valid message (" + quote(reason) + "): " + quote(preview)
                        : "it wrote a line that is not JSON: " + quote(preview));
    }

    /** A message came that was longer than the limit. */
    void tooLong(long bytes, int limit) {
        odd("it sent a message of " + bytes + " bytes, more than the limit of " + limit);
    }

    /** The same by the event that reports it; all other events are passed over. */
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

    /** What to give to {@link #since}: taken when something begins to wait. */
    public long mark() {
        return messages.get();
    }

    /** What came since a mark, in clauses for an error message, the same one once; never empty. */
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
