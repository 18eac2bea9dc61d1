package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of every paged list (specification: server/utilities/pagination).
 *
 * @param cursor the start of the page, null for the first one; a value of the server, opaque to the client
 */
public record PageParams(
        @Nullable String cursor,
        @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

    @Override
    public PageParams withMeta(RequestMeta meta) {
        return new PageParams(cursor, meta);
    }
}
