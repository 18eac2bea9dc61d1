package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells the codec which types the parts of a message are bound to, while it reads the message. */
public interface Bindings {

    /** The type of the result that answers this request, or null if nobody waits for it: then it is skipped. */
    @Nullable
    Class<?> resultType(RequestId id);

    /** The type of the parameters of this method; {@link JsonNode} where no other is known. */
    Class<?> paramsType(String method);

    /**
     * Makes what fits a type out of a value that does not, and may change the value.
     *
     * @param dropped is told what was left out
     * @return what fits, or null if nothing of it can be used
     */
    default @Nullable JsonNode reduce(JsonNode value, Class<?> type, DroppedParts dropped) {
        return value;
    }

    /**
     * Whether the thread that decodes may wait for memory, and is still to do so: only one that serves nobody but this peer may.
     * Asked again and again while it waits.
     */
    default boolean mayWait() {
        return false;
    }
}
