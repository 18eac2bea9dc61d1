/**
 * The messages of servers in their wire format, to look at and to record: a {@link dev.mcpflux.transport.wire.WireFeed}
 * taps the connections of a transport, and a {@link dev.mcpflux.transport.wire.WireRecording} is a file of what was seen.
 * Start with {@code WireFeed}.
 */
@NullMarked
package dev.mcpflux.transport.wire;

import org.jspecify.annotations.NullMarked;
