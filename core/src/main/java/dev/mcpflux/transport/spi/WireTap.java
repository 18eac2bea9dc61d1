package dev.mcpflux.transport.spi;

import dev.mcpflux.jsonrpc.JsonRpcMessage;

/**
 * Observes the messages of one link in their wire format: outgoing messages with the actual ids and {@code _meta},
 * including cancellations, and incoming frames as bytes, before they are bound to records. A decorator of
 * {@link Connection#exchange} sees none of these. Ids are unique within one link.
 *
 * <p>Called concurrently on the threads that send or read, so it must neither block nor throw.
 */
public interface WireTap {

    /** A message is about to be sent; the response may arrive before this method returns. */
    void sent(JsonRpcMessage message);

    /**
     * A frame was received.
     *
     * @param frame valid during the call only; may be invalid JSON
     */
    void received(Frame frame);

    /** A tap that calls this tap first, then the other one. */
    default WireTap and(WireTap other) {
        return new WireTap() {
            @Override
            public void sent(JsonRpcMessage message) {
                WireTap.this.sent(message);
                other.sent(message);
            }

            @Override
            public void received(Frame frame) {
                WireTap.this.received(frame);
                other.received(frame);
            }
        };
    }
}
