package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;

/**
 * What could not be read as a JSON-RPC message. It ends nothing: the connection goes on with the next message.
 *
 * @param json whether the bytes were JSON at all
 * @param reason what was wrong, without the content of the message
 * @param id the id of the message, where it could be told: a response that does not fit fails its request
 */
public record Malformed(
        boolean json, String reason, @Nullable RequestId id) {}
