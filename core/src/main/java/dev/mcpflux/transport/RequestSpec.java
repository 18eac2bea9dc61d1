package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * What to ask: everything of a request but its id, which each subscription gets anew.
 *
 * @param method the method
 * @param params makes the parameters
 * @param resultType what the result is bound to
 * @param cancellable whether the peer may be told that the answer is no longer wanted; never for {@code initialize}
 * @param logs whether the request asks for log messages: those that come while no other such request is under way belong
 *     to it (specification 2026-07-28: server/utilities/logging)
 */
public record RequestSpec(String method, Params params, Class<?> resultType, boolean cancellable, boolean logs) {

    /** Makes the parameters of a request. */
    @FunctionalInterface
    public interface Params {
        /**
         * Called once for each subscription.
         *
         * @param id the id of the request, which serves as the progress token where progress is wanted, since both must
         *     be unique among the active requests
         * @param context that of the subscriber
         */
        @Nullable
        Object make(RequestId id, ContextView context);
    }

    public RequestSpec(String method, @Nullable Object params, Class<?> resultType) {
        this(method, (id, context) -> params, resultType, true, false);
    }
}
