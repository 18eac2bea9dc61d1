/**
 * The records of the Model Context Protocol by topic, as on the wire. They keep what the peer sent, including unknown
 * members where the specification allows a server to add them. Start reading at {@link dev.mcpflux.protocol.Tool} and
 * {@link dev.mcpflux.protocol.Methods}.
 */
@NullMarked
package dev.mcpflux.protocol;

import org.jspecify.annotations.NullMarked;
