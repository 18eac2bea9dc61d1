package dev.mcpflux.jsonrpc;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What could not be read as a JSON-RPC message. It ends nothing: the connection goes on with the next message.
 *
 * @param json whether the bytes were JSON at all
 * @param reason what was wrong, without the content of the message
 * @param id the id of the message, where it could be told: a response that does not fit fails its request
 * @param overload whether it was not read for want of memory, which others have taken and give back: the next one may be read
 */
public record Malformed(
        boolean json, String reason, @Nullable RequestId id, boolean overload) {

    /** What is wrong with the message itself. */
    public Malformed(boolean json, String reason, @Nullable RequestId id) {
        this(json, reason, id, false);
    }

    /** The same with the first of these ids that is known. */
    Malformed withId(@Nullable RequestId first, @Nullable RequestId second) {
        return new Malformed(json, reason, first != null ? first : second, overload);
    }

    /** The reason as what is said of the message: "is not JSON at column 3". */
    public String clause() {
        return reason.startsWith("not ") || reason.startsWith("more ") || reason.startsWith("neither ")
                ? "is " + reason
                : reason;
    }

    /** The same with its reason masked: it may name what the peer sent. */
    public Malformed masked(UnaryOperator<String> mask) {
        return new Malformed(json, mask.apply(reason), id, overload);
    }
}
