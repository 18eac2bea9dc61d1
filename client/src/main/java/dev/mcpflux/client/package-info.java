/**
 * A negotiated connection: {@link dev.mcpflux.client.McpSession} opens a transport, agrees on a revision and offers
 * the typed operations of the protocol. Callers do not see which era of the protocol answered.
 *
 * <p>Start reading at {@code SessionLifecycle} (from creation to end, and who gets what the server sends), then
 * {@code ActiveSession} (the operations) and {@code Era} (what the two eras do in their own ways); {@code Requests} makes a
 * request, in the words of a {@code Dialect}.
 */
@NullMarked
package dev.mcpflux.client;

import org.jspecify.annotations.NullMarked;
