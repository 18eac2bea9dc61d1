package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.RequestId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What to ask: everything of a request but its id, which each subscription gets anew.
 *
 * @param method the method
 * @param params makes the parameters; is given the id, which serves as the progress token where progress is wanted,
 *     since both must be unique among the active requests
 * @param resultType what the result is bound to
 * @param cancellable whether the peer may be told that the answer is no longer wanted; never for {@code initialize}
 */
public record RequestSpec(
        String method, Function<RequestId, @Nullable Object> params, Class<?> resultType, boolean cancellable) {

    public RequestSpec(String method, @Nullable Object params, Class<?> resultType) {
        this(method, id -> params, resultType, true);
    }
}
