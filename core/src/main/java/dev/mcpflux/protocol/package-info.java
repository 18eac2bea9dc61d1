/**
 * The records of the Model Context Protocol, by topic, as they stand on the wire. They hold what the peer sent,
 * unknown members included where the specification lets a server add them.
 */
@NullMarked
package dev.mcpflux.protocol;

import org.jspecify.annotations.NullMarked;
