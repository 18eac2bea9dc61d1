package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Hints of a server about a tool (specification: server/tools, ToolAnnotations). All are hints only.
 *
 * @param readOnlyHint it changes nothing; absent means false
 * @param destructiveHint it may destroy something; absent means true
 * @param idempotentHint repeating the call changes nothing more; absent means false
 * @param openWorldHint it deals with the outside; absent means true
 */
public record ToolAnnotations(
        @Nullable String title,
        @Nullable Boolean readOnlyHint,
        @Nullable Boolean destructiveHint,
        @Nullable Boolean idempotentHint,
        @Nullable Boolean openWorldHint) {}
