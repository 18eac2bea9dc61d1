package dev.mcpflux.jsonrpc;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Input that could not be read as a JSON-RPC message. The connection continues with the next message.
 *
 * @param json whether the bytes were valid JSON
 * @param reason what is wrong, without the content of the message
 * @param id the id of the message, if it is known: a response that does not fit fails its request
 * @param overload whether it was not read for lack of memory that other messages use; the next message may be readable
 */
public record Malformed(
        boolean json, String reason, @Nullable RequestId id, boolean overload) {

    /** A message that is itself malformed. */
    public Malformed(boolean json, String reason, @Nullable RequestId id) {
        this(json, reason, id, false);
    }

    /** The same with the first of these ids that is known. */
    Malformed withId(@Nullable RequestId first, @Nullable RequestId second) {
        return new Malformed(json, reason, first != null ? first : second, overload);
    }

    /** The reason as a clause about the message: "is not JSON at column 3". */
    public String clause() {
        return reason.startsWith("not ") || reason.startsWith("more ") || reason.startsWith("neither ")
                ? "is " + reason
                : reason;
    }

    /** The same with a masked reason, which may name text of the peer. */
    public Malformed masked(UnaryOperator<String> mask) {
        return new Malformed(json, mask.apply(reason), id, overload);
    }
}
