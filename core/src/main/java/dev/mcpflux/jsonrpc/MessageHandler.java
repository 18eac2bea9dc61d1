package dev.mcpflux.jsonrpc;

import java.util.List;

/** Takes what {@link JsonRpcCodec#decode} reads, on the thread that decodes and in the order of the bytes. */
public interface MessageHandler {

    void onMessage(JsonRpcMessage message);

    void onMalformed(Malformed malformed);

    /** What follows comes in one frame, and is so many messages. */
    default void onBatch(int messages) {}

    /**
     * Parts of a message that could not be used, and are not in it: told before the message itself.
     *
     * @param parts at least one
     */
    default void onDropped(JsonRpcMessage message, List<DroppedPart> parts) {}
}
