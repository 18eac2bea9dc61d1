package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A message of the peer that answers no request of ours, and on whose behalf it came, as far as the link can know.
 *
 * @param message a request or a notification
 * @param context where the message came by a stream that belongs to one call, the context of that call; where it came by one
 *     that belongs to one caller, a context that names the caller; null where the link is shared by all callers, so that nobody
 *     knows (stdio, sockets, memory). That one call only is under way does not mean that the message belongs to it.
 * @param callGivenUp where a request came by a stream that belongs to one call, completes when that call is given up: it was
 *     cancelled, timed out or failed before its response. Never completes when it was answered; a subscriber that comes late
 *     learns of it at once. Null where nobody knows which call the message belongs to.
 */
public record Incoming(
        JsonRpcMessage message,
        @Nullable ContextView context,
        @Nullable Mono<Void> callGivenUp) {

    /** A message that belongs to no call, or nobody knows to which. */
    public Incoming(JsonRpcMessage message, @Nullable ContextView context) {
        this(message, context, null);
    }

    /** A message of which nobody knows on whose behalf it came. */
    public static Incoming shared(JsonRpcMessage message) {
        return new Incoming(message, null);
    }

    /** On whose behalf it came; null where nobody knows. */
    public @Nullable Caller caller() {
        ContextView known = context;
        return known == null ? null : Caller.of(known);
    }

    /** What may stand in the context is secret. */
    @Override
    public String toString() {
        return "Incoming[" + message + "]";
    }
}
