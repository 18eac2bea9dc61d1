package dev.mcpflux.transport.wire;

/** What a {@link WireFeed} emits: a message, or the number of messages that a slow subscriber has lost. */
public sealed interface WireEvent permits WireMessage, WireEvent.MessagesDropped {

    /**
     * The subscriber was too slow, and its oldest messages were dropped. Emitted in their place.
     *
     * @param count the number of messages
     */
    record MessagesDropped(long count) implements WireEvent {}
}
