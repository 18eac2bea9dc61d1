package dev.mcpflux.transport.spi;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A request or notification of the peer, with its caller if the connection knows it.
 *
 * @param message a request or a notification
 * @param context the context of the call if the message arrived on the stream of one call; a context that names the
 *     caller if it arrived on the stream of one caller; null if all callers share the connection, so that the caller is
 *     unknown (stdio, sockets, memory). The caller is unknown even if only one call is in progress.
 * @param callGivenUp completes when the call that a request belongs to ends without a response, because it was
 *     cancelled, timed out or failed. Never completes if the call was answered. Late subscribers are notified at once.
 *     Null if the call is unknown.
 */
public record Incoming(
        JsonRpcMessage message,
        @Nullable ContextView context,
        @Nullable Mono<Void> callGivenUp) {

    /** A message that belongs to no call, or to an unknown one. */
    public Incoming(JsonRpcMessage message, @Nullable ContextView context) {
        this(message, context, null);
    }

    /** A message whose caller is unknown. */
    public static Incoming shared(JsonRpcMessage message) {
        return new Incoming(message, null);
    }

    /** The caller; null if it is unknown. */
    public @Nullable Caller caller() {
        ContextView known = context;
        return known == null ? null : Caller.of(known);
    }

    /** Omits the context, which may hold secrets. */
    @Override
    public String toString() {
        return "Incoming[" + message + "]";
    }
}
