package dev.mcpflux.transport.wire;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One message as it was sent or received, with its actual id and {@code _meta}, and with the configured secrets masked.
 *
 * @param server the configured name of the server
 * @param link the link that carried the message; ids are unique within one link. A server that is restarted has another
 *     one, and HTTP+SSE has one for each caller
 * @param direction as seen from the client
 * @param at when it was seen; {@link Instant#EPOCH} if a recording does not say
 * @param message the message, not to be changed
 * @param bytes the size of the message in UTF-8, before secrets were masked
 */
public record WireMessage(String server, String link, Direction direction, Instant at, JsonNode message, int bytes)
        implements WireEvent {

    /** The direction of a message, as seen from the client. */
    public enum Direction {
        /** From the client to the server. */
        SENT,
        /** From the server to the client. */
        RECEIVED
    }

    public WireMessage {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(message, "message");
    }

    /** The method of a request or notification; null for a response. */
    public @Nullable String method() {
        JsonNode method = message.path("method");
        return method.isString() ? method.stringValue() : null;
    }

    /** The id of a request or response; null for a notification. */
    public @Nullable JsonNode id() {
        JsonNode id = message.path("id");
        return id.isMissingNode() || id.isNull() ? null : id;
    }

    /** Whether it is a request. */
    public boolean isRequest() {
        return method() != null && id() != null;
    }

    /** Whether it is a notification. */
    public boolean isNotification() {
        return method() != null && id() == null;
    }

    /** Whether it is the response to a request: a result or an error. */
    public boolean isResponse() {
        return method() == null && id() != null;
    }

    /** The parameters of a request or notification; a missing node if there are none. */
    public JsonNode params() {
        return message.path("params");
    }

    @Override
    public String toString() {
        // without the content, which is data of a user
        String method = method();
        return "WireMessage[" + server + ", link " + link + ", " + direction + ", "
                + (method == null ? "response" : method) + (id() == null ? "" : " " + id()) + ", " + bytes + " bytes]";
    }
}
