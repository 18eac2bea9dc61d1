package dev.mcpflux.transport.spi;

import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.DirectReaders;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.RequestParams;
import dev.mcpflux.protocol.RequestSubject;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * A request as data that a decorator of a {@link Connection} can read: everything except the id and the {@code _meta},
 * which {@link #request} adds for each subscription.
 *
 * @param method the method
 * @param subject what the request is about
 * @param effect whether it may be sent twice
 * @param params the parameters, without {@code _meta} if {@code meta} creates one; null for none
 * @param meta creates the {@code _meta} of each subscription
 * @param resultType the type to which the result is bound
 * @param reader reads the result without Jackson's binding; null if there is no such reader
 * @param cancellable whether the peer may be notified of a cancellation; never for {@code initialize}
 * @param logs whether the request asks for log messages. Log messages belong to it if no other such request is in
 *     progress (specification 2026-07-28: server/utilities/logging)
 */
public record RequestSpec(
        String method,
        RequestSubject subject,
        RequestEffect effect,
        @Nullable RequestParams params,
        Meta meta,
        Class<?> resultType,
        @Nullable DirectReader<?> reader,
        boolean cancellable,
        boolean logs) {

    /** Creates the {@code _meta} of a request. */
    @FunctionalInterface
    public interface Meta {

        /** Adds no {@code _meta}. */
        Meta NONE = (id, context) -> null;

        /**
         * Called once for each subscription.
         *
         * @param id the id of the request. It is also the progress token if progress is requested, because both must be
         *     unique among the active requests
         * @param context the context of the subscriber
         * @return null to leave the parameters unchanged
         */
        @Nullable
        RequestMeta of(RequestId id, ContextView context);
    }

    /** A request that is cancellable and asks for no log messages; its parameters determine the subject. */
    public static RequestSpec of(
            String method, RequestEffect effect, @Nullable RequestParams params, Class<?> resultType) {
        return new RequestSpec(
                method,
                params == null ? RequestSubject.NONE : params.subject(),
                effect,
                params,
                Meta.NONE,
                resultType,
                DirectReaders.find(resultType),
                true,
                false);
    }

    /** A copy whose result is read by this reader. */
    public RequestSpec withReader(DirectReader<?> direct) {
        return new RequestSpec(method, subject, effect, params, meta, resultType, direct, cancellable, logs);
    }

    /** A copy with this {@code _meta}. */
    public RequestSpec withMeta(Meta made) {
        return new RequestSpec(method, subject, effect, params, made, resultType, reader, cancellable, logs);
    }

    /** A copy that is cancellable or not. */
    public RequestSpec withCancellable(boolean may) {
        return new RequestSpec(method, subject, effect, params, meta, resultType, reader, may, logs);
    }

    /** A copy that asks for log messages or not. */
    public RequestSpec withLogs(boolean wanted) {
        return new RequestSpec(method, subject, effect, params, meta, resultType, reader, cancellable, wanted);
    }

    /**
     * The message of one subscription. This is the only place that adds the id and the context of the subscriber to a
     * request.
     *
     * @param context the context of the subscriber
     */
    public JsonRpcMessage.Request request(RequestId id, ContextView context) {
        RequestMeta made = meta.of(id, context);
        if (made == null) {
            return new JsonRpcMessage.Request(id, method, params);
        }
        return new JsonRpcMessage.Request(
                id, method, params == null ? new Discovery.DiscoverParams(made) : params.withMeta(made));
    }

    /** Its name at a server, for operators: {@code tools/call server__tool}, {@code resources/read server uri}. */
    public String nameAt(String server) {
        return name(method, subject, server);
    }

    /** See {@link #nameAt}. */
    public static String name(String method, RequestSubject subject, String server) {
        String name = subject.routingName();
        boolean qualified = subject instanceof RequestSubject.OfTool || subject instanceof RequestSubject.OfPrompt;
        return method + " " + server + (name == null ? "" : (qualified ? "__" : " ") + name);
    }

    @Override
    public String toString() {
        // without the parameters, which may hold secrets
        return "RequestSpec[" + method + (subject.routingName() == null ? "" : ", " + subject) + ", " + effect + "]";
    }
}
