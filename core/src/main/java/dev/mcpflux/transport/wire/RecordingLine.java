package dev.mcpflux.transport.wire;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.wire.WireMessage.Direction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of a recording: {@code {"link", "server", "direction": "sent" | "received", "at", "message"}}, or
 * {@code {"dropped": n}} where messages are missing. Recordings of earlier versions have no {@code at}.
 */
final class RecordingLine {

    private RecordingLine() {}

    /** The line in UTF-8, with its line end. An unpaired surrogate becomes a question mark. */
    static byte[] write(WireEvent event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        if (event instanceof WireMessage message) {
            line.put("link", message.link());
            line.put("server", message.server());
            line.put("direction", message.direction().name().toLowerCase(Locale.ROOT));
            line.put("at", message.at().toString());
            line.set("message", message.message());
        } else if (event instanceof WireEvent.MessagesDropped dropped) {
            line.put("dropped", dropped.count());
        }
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not a line of a recording; the message says why
     */
    static WireEvent read(String text) {
        JsonNode line;
        try {
            line = McpJson.mapper().readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!line.isObject()) {
            throw new IllegalArgumentException("expected a JSON object");
        }
        if (line.path("dropped").isNumber()) {
            return new WireEvent.MessagesDropped(line.path("dropped").asLong());
        }
        JsonNode message = line.path("message");
        if (!message.isObject()) {
            throw new IllegalArgumentException("\"message\" is not a JSON object");
        }
        return new WireMessage(
                text(line, "server"),
                text(line, "link"),
                direction(text(line, "direction")),
                time(line.path("at")),
                message,
                message.toString().getBytes(StandardCharsets.UTF_8).length);
    }

    private static String text(JsonNode line, String member) {
        JsonNode value = line.path(member);
        if (!value.isString()) {
            throw new IllegalArgumentException("\"" + member + "\" is not a text");
        }
        return value.stringValue();
    }

    private static Direction direction(String text) {
        return switch (text) {
            case "sent" -> Direction.SENT;
            case "received" -> Direction.RECEIVED;
            default -> throw new IllegalArgumentException("\"direction\" is neither \"sent\" nor \"received\"");
        };
    }

    private static Instant time(@Nullable JsonNode at) {
        if (at == null || !at.isString()) {
            return Instant.EPOCH;
        }
        try {
            return Instant.parse(at.stringValue());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"at\" is not a time like 2026-01-31T12:00:00Z", e);
        }
    }
}
