package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 message. Parameters and results have the type they were bound to: a record of the protocol if the
 * type was known when the message was read, otherwise a {@link tools.jackson.databind.JsonNode}. {@code toString} omits
 * them, because arguments may contain secrets.
 */
public sealed interface JsonRpcMessage {

    /** A request or a notification: a message with a method. */
    sealed interface Call extends JsonRpcMessage {
        String method();

        @Nullable
        Object params();
    }

    /** The response to a request. */
    sealed interface Response extends JsonRpcMessage {
        /** The id of the request; null only in a {@link Failure} whose sender could not read the id. */
        @Nullable
        RequestId id();
    }

    /** A request, answered by exactly one {@link Response} with the same id. */
    record Request(RequestId id, String method, @Nullable Object params) implements Call {
        @Override
        public String toString() {
            return "request " + id + " " + method;
        }
    }

    /** A notification, which has no response. */
    record Notification(String method, @Nullable Object params) implements Call {
        @Override
        public String toString() {
            return "notification " + method;
        }
    }

    /** A response with a result. */
    record Success(RequestId id, Object result) implements Response {
        @Override
        public String toString() {
            return "result of " + id;
        }
    }

    /** A response with an error. */
    record Failure(@Nullable RequestId id, JsonRpcError error) implements Response {
        @Override
        public String toString() {
            return "error " + error.code() + " for " + id;
        }
    }
}
