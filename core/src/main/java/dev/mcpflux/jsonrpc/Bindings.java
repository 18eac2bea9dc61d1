package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The types that the codec binds the parts of a message to while it reads the message. */
public interface Bindings {

    /** The type of the result for this request, or null if the request is unknown: then the result is skipped. */
    @Nullable
    Class<?> resultType(RequestId id);

    /** Reads the result for this request without Jackson's binding; null if it has no such reader. */
    default @Nullable DirectReader<?> resultReader(RequestId id) {
        return null;
    }

    /** The type of the parameters of this method; {@link JsonNode} if the method is unknown. */
    Class<?> paramsType(String method);

    /**
     * Reduces a value that does not fit a type to the parts that do; may change the value.
     *
     * @param dropped receives the parts that were left out
     * @return what fits, or null if nothing of it can be used
     */
    default @Nullable JsonNode reduce(JsonNode value, Class<?> type, DroppedParts dropped) {
        return value;
    }

    /**
     * Whether the decoding thread may wait for memory, and still should. Only a thread that serves no other peer may
     * wait. Called repeatedly during the wait.
     */
    default boolean mayWait() {
        return false;
    }
}
