package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _meta} of a request (specification: basic, _meta).
 *
 * @param progressToken set where progress is wanted; unique among the active requests
 */
public record RequestMeta(@Nullable RequestId progressToken) {}
