package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.RequestParams;
import dev.mcpflux.protocol.RequestSubject;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * What to ask, as data that a decorator of a {@link Connection} can read: everything of a request but its id and its {@code
 * _meta}, which each subscription gets anew by {@link #request}.
 *
 * @param method the method
 * @param subject what it is about
 * @param effect whether it may be sent twice
 * @param params the parameters, without {@code _meta} where {@code meta} makes one; null for none
 * @param meta makes the {@code _meta} of each subscription
 * @param resultType what the result is bound to
 * @param cancellable whether the peer may be told that the answer is no longer wanted; never for {@code initialize}
 * @param logs whether the request asks for log messages: those that come while no other such request is under way belong
 *     to it (specification 2026-07-28: server/utilities/logging)
 */
public record RequestSpec(
        String method,
        RequestSubject subject,
        RequestEffect effect,
        @Nullable RequestParams params,
        Meta meta,
        Class<?> resultType,
        boolean cancellable,
        boolean logs) {

    /** Makes the {@code _meta} of a request. */
    @FunctionalInterface
    public interface Meta {

        /** Adds none. */
        Meta NONE = (id, context) -> null;

        /**
         * Called once for each subscription.
         *
         * @param id the id of the request, which serves as the progress token where progress is wanted, since both must
         *     be unique among the active requests
         * @param context that of the subscriber
         * @return null to leave the parameters as they are
         */
        @Nullable
        RequestMeta of(RequestId id, ContextView context);
    }

    /** A request that may be cancelled and asks for no log messages, about what its parameters are about. */
    public static RequestSpec of(
            String method, RequestEffect effect, @Nullable RequestParams params, Class<?> resultType) {
        return new RequestSpec(
                method,
                params == null ? RequestSubject.NONE : params.subject(),
                effect,
                params,
                Meta.NONE,
                resultType,
                true,
                false);
    }

    /** The same with a {@code _meta} made like this. */
    public RequestSpec withMeta(Meta made) {
        return new RequestSpec(method, subject, effect, params, made, resultType, cancellable, logs);
    }

    /** The same, of which the peer may or may not be told that the answer is no longer wanted. */
    public RequestSpec withCancellable(boolean may) {
        return new RequestSpec(method, subject, effect, params, meta, resultType, may, logs);
    }

    /** The same, which asks for log messages or does not. */
    public RequestSpec withLogs(boolean wanted) {
        return new RequestSpec(method, subject, effect, params, meta, resultType, cancellable, wanted);
    }

    /**
     * The message of one subscription: the one place where the id and the context of the subscriber go into a request.
     *
     * @param context that of the subscriber
     */
    public JsonRpcMessage.Request request(RequestId id, ContextView context) {
        RequestMeta made = meta.of(id, context);
        if (made == null) {
            return new JsonRpcMessage.Request(id, method, params);
        }
        return new JsonRpcMessage.Request(
                id, method, params == null ? new Discovery.NoParams(made) : params.withMeta(made));
    }

    @Override
    public String toString() {
        // parameters may hold secrets
        return "RequestSpec[" + method + (subject.routingName() == null ? "" : ", " + subject) + ", " + effect + "]";
    }
}
