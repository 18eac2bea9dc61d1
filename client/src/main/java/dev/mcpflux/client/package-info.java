/**
 * A negotiated connection: {@link dev.mcpflux.client.McpSession} opens a transport, agrees on a revision and offers
 * the typed operations of the protocol. Callers do not see which era of the protocol answered.
 */
@NullMarked
package dev.mcpflux.client;

import org.jspecify.annotations.NullMarked;
