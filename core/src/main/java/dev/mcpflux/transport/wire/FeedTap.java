package dev.mcpflux.transport.wire;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.WireTap;
import dev.mcpflux.transport.wire.WireMessage.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Observes one link for a {@link WireFeed}. Masks secrets before a message goes anywhere. */
final class FeedTap implements WireTap {

    private static final Logger log = LoggerFactory.getLogger(WireFeed.class);

    private final EventSink<WireEvent> events;
    private final String server;
    private final String link;
    private final Clock clock;
    private final UnaryOperator<String> mask;

    FeedTap(EventSink<WireEvent> events, String server, String link, Clock clock, UnaryOperator<String> mask) {
        this.events = events;
        this.server = server;
        this.link = link;
        this.clock = clock;
        this.mask = mask;
    }

    @Override
    public void sent(JsonRpcMessage message) {
        if (!events.hasSubscribers()) {
            return;
        }
        try {
            OutgoingBuffer buffer = new OutgoingBuffer();
            JsonRpcCodec.shared().encode(message, buffer);
            byte[] bytes = buffer.toByteArray();
            emit(Direction.SENT, McpJson.mapper().readTree(bytes), bytes.length);
        } catch (RuntimeException e) {
            // a message that cannot be written is not sent either, and its sender is notified
            log.trace("[{}] a message that cannot be written is not shown", server);
        }
    }

    /** Skips frames that are not JSON, because they are not messages. */
    @Override
    public void received(Frame frame) {
        if (!events.hasSubscribers()) {
            return;
        }
        try {
            // through text, so that invalid UTF-8 is replaced instead of refused
            String text = new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8);
            JsonNode message = McpJson.mapper().readTree(text);
            if (message.isMissingNode()) {
                // an empty body
                return;
            }
            if (message.isArray()) {
                int share = frame.length() / Math.max(1, message.size());
                message.forEach(one -> emit(Direction.RECEIVED, one, share));
            } else {
                emit(Direction.RECEIVED, message, frame.length());
            }
        } catch (RuntimeException e) {
            log.trace("[{}] a frame that is not JSON is not shown", server);
        }
    }

    private void emit(Direction direction, JsonNode message, int bytes) {
        JsonNode masked = Masker.mask(message, mask);
        events.emit(new WireMessage(server, link, direction, clock.instant(), masked, bytes), bytes);
    }
}
