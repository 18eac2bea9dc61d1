package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.JsonRpcMessage;

/**
 * Sees the messages of one link as they are on the wire: with the ids and the {@code _meta} that were really sent,
 * cancellations included, and what came as bytes, before it is bound to records. A decorator of {@link Connection#exchange}
 * sees none of these. Ids are unique within one link.
 *
 * <p>It is called on the thread that sends or reads, by many at once, so it must neither wait nor throw.
 */
public interface WireTap {

    /** A message is about to be sent: its answer may come before this returns. */
    void sent(JsonRpcMessage message);

    /**
     * A frame came.
     *
     * @param frame valid during the call only; it need not be JSON
     */
    void received(Frame frame);

    /** Both of them, this one first. */
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
