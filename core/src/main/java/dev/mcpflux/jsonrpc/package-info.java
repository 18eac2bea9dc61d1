/**
 * JSON-RPC 2.0 as the Model Context Protocol uses it: the four kinds of messages, their ids, and a codec that reads
 * each message in one pass. It knows no method of the protocol and no transport. Start reading at {@link
 * dev.mcpflux.jsonrpc.JsonRpcMessage}, then {@link dev.mcpflux.jsonrpc.JsonRpcCodec}.
 */
@NullMarked
package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.NullMarked;
