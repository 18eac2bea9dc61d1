package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 message. Parameters and results are held as they were bound: a record of the protocol where the type
 * was known when the message was read, otherwise a {@link tools.jackson.databind.JsonNode}. Their text is left out of
 * {@code toString}, since arguments may hold secrets.
 */
public sealed interface JsonRpcMessage {

    /** What asks for an answer or tells something: it has a method. */
    sealed interface Call extends JsonRpcMessage {
        String method();

        @Nullable
        Object params();
    }

    /** What answers a request. */
    sealed interface Response extends JsonRpcMessage {
        /** The id of the request; null only in a {@link Failure} whose sender could not read the request's id. */
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

    /** A notification: it is never answered. */
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
