package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.nio.ByteBuffer;
import tools.jackson.core.JacksonException;

/** Encodes messages as the bodies of HTTP requests. */
final class MessageEncoder {

    /** What most messages fit into. */
    private static final int USUAL_BYTES = 512;

    private MessageEncoder() {}

    /**
     * The bytes of a message; a reader takes a duplicate, since they may be sent again.
     *
     * @throws McpNotSentException if it cannot be written as JSON
     */
    static ByteBuffer encode(String server, JsonRpcMessage message) {
        OutgoingBuffer buffer = new OutgoingBuffer(USUAL_BYTES);
        try {
            JsonRpcCodec.shared().encode(message, buffer);
        } catch (JacksonException e) {
            throw new McpNotSentException(
                    server, "the " + message + " cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
        return buffer.asByteBuffer();
    }
}
