/**
 * A negotiated connection: {@link dev.mcpflux.session.McpSession} opens a transport, agrees on a revision and offers
 * the typed operations of the protocol. Callers do not see which era of the protocol answered.
 */
@NullMarked
package dev.mcpflux.session;

import org.jspecify.annotations.NullMarked;
