package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/**
 * A response with a status of failure.
 *
 * @param error the JSON-RPC error in its body, null where there is none
 * @param cause the exception that it stands for
 */
record Refusal(int status, @Nullable JsonRpcError error, ResponseBody body, McpHttpStatusException cause) {}
