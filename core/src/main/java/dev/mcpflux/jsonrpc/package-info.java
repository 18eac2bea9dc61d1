/**
 * JSON-RPC 2.0 as the Model Context Protocol uses it: the four messages, their ids, and a codec that reads each
 * message from its bytes once. It knows no method of the protocol and no transport.
 */
@NullMarked
package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.NullMarked;
