package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Parameters of every paged list (specification: server/utilities/pagination).
 *
 * @param cursor the start of the page, null for the first one; a value of the server, opaque to the client
 */
public record PageParams(
        @Nullable String cursor,
        @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams, DirectlyWritten {

    @Override
    public PageParams withMeta(RequestMeta meta) {
        return new PageParams(cursor, meta);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("cursor", cursor, json);
        JsonValues.member("_meta", meta, json);
        json.writeEndObject();
    }
}
