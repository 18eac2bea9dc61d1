/**
 * Negotiated sessions: {@link dev.mcpflux.client.McpSession} opens a transport, negotiates a revision and offers the
 * typed operations of the protocol. Callers do not see which era the server speaks.
 *
 * <p>Start reading at {@code SessionLifecycle} (from creation to end, and the routing of incoming messages), then
 * {@code ActiveSession} (the operations) and {@code Era} (the differences between the two eras). {@code RequestSender} sends
 * requests in the format of a {@code Dialect}.
 */
@NullMarked
package dev.mcpflux.client;

import org.jspecify.annotations.NullMarked;
