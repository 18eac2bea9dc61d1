/**
 * Servers behind a TCP or Unix domain socket that communicate as over stdio, one message a line: a custom transport in
 * the terms of the specification. Start reading at {@link dev.mcpflux.transport.socket.SocketTransport}, then {@code
 * SocketConnection}.
 */
@NullMarked
package dev.mcpflux.transport.socket;

import org.jspecify.annotations.NullMarked;
