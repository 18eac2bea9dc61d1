package dev.mcpflux.jsonrpc;

import java.util.List;

/** Receives what {@link JsonRpcCodec#decode} reads, on the decoding thread and in the order of the bytes. */
public interface MessageHandler {

    void onMessage(JsonRpcMessage message);

    void onMalformed(Malformed malformed);

    /** The following messages belong to one frame, and this is their number. */
    default void onBatch(int messages) {}

    /**
     * Parts of a message that could not be used and are not in it; called before the message itself.
     *
     * @param parts at least one
     */
    default void onDropped(JsonRpcMessage message, List<DroppedPart> parts) {}
}
