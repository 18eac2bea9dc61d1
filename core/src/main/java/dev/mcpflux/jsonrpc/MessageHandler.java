package dev.mcpflux.jsonrpc;

/** Takes what {@link JsonRpcCodec#decode} reads, on the thread that decodes and in the order of the bytes. */
public interface MessageHandler {

    void onMessage(JsonRpcMessage message);

    void onMalformed(Malformed malformed);
}
