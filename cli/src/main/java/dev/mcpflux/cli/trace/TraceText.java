package dev.mcpflux.cli.trace;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.wire.WireEvent;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireMessage.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Formats messages: the time since the start, the server, the direction, the method, the id and the beginning of the body.
 * It keeps the requests that have no response yet, to name the method of the response. For one thread.
 */
final class TraceText {

    private static final int MAX_BODY = 200;
    private static final int MAX_NAME = 80;
    /** A larger message is not written as text only to be cut. */
    private static final int MAX_BYTES = 256 << 10;

    private static final int MAX_OPEN = 10_000;

    private record Open(@Nullable String method, Instant at) {}

    private final Instant start;
    private final Map<String, Open> requests = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Open> eldest) {
            return size() > MAX_OPEN;
        }
    };

    TraceText(Instant start) {
        this.start = start;
    }

    /** One line, safe for a terminal. */
    String line(WireEvent event) {
        if (event instanceof WireMessage message) {
            return line(message);
        }
        long lost = event instanceof WireEvent.MessagesDropped dropped ? dropped.count() : 0;
        return "… " + lost + " messages are not shown: the terminal was too slow";
    }

    private String line(WireMessage message) {
        boolean sent = message.direction() == Direction.SENT;
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%8.1f ms  ", millis(Duration.between(start, message.at()))))
                .append(SafeText.line(message.server(), MAX_NAME))
                .append(sent ? " -> " : " <- ");
        JsonNode id = message.id();
        String method = message.method();
        if (method != null) {
            line.append(SafeText.line(method, MAX_NAME));
            if (id != null) {
                line.append(" #").append(text(id));
                requests.put(key(message, message.direction(), id), new Open(method, message.at()));
            }
            body(message.message().path("params"), message, line);
            return line.toString();
        }
        Direction asked = sent ? Direction.RECEIVED : Direction.SENT;
        Open request = id == null ? null : requests.remove(key(message, asked, id));
        line.append(request == null ? "response" : SafeText.line(String.valueOf(request.method()), MAX_NAME));
        if (id != null) {
            line.append(" #").append(text(id));
        }
        boolean failed = message.message().has("error");
        line.append(failed ? " error" : " result");
        if (request != null) {
            line.append(
                    String.format(Locale.ROOT, " after %.1f ms", millis(Duration.between(request.at(), message.at()))));
        }
        body(message.message().path(failed ? "error" : "result"), message, line);
        return line.toString();
    }

    private static void body(JsonNode body, WireMessage message, StringBuilder line) {
        if (body.isMissingNode()) {
            return;
        }
        if (message.bytes() > MAX_BYTES) {
            line.append(" (").append(message.bytes()).append(" bytes)");
            return;
        }
        String text = SafeText.line(body.toString(), MAX_BODY);
        line.append(' ').append(text);
        if (text.endsWith("…")) {
            line.append(" (").append(message.bytes()).append(" bytes)");
        }
    }

    /** Ids are unique within a link and a direction. */
    private static String key(WireMessage message, Direction asked, JsonNode id) {
        return message.link() + '\n' + asked + '\n' + id;
    }

    private static String text(JsonNode id) {
        return SafeText.line(id.isString() ? id.stringValue() : id.toString(), MAX_NAME);
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
