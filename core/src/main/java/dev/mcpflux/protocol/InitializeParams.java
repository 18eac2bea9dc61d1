package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Parameters of {@code initialize} (specification 2024-11-05 to 2025-11-25: basic/lifecycle).
 *
 * @param protocolVersion the newest legacy revision that this client speaks
 */
public record InitializeParams(
        String protocolVersion,
        ClientCapabilities capabilities,
        Implementation clientInfo,
        @JsonProperty("_meta") @Nullable RequestMeta meta)
        implements RequestParams, DirectlyWritten {

    /** Without {@code _meta}. */
    public InitializeParams(String protocolVersion, ClientCapabilities capabilities, Implementation clientInfo) {
        this(protocolVersion, capabilities, clientInfo, null);
    }

    @Override
    public InitializeParams withMeta(RequestMeta meta) {
        return new InitializeParams(protocolVersion, capabilities, clientInfo, meta);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("protocolVersion", protocolVersion, json);
        JsonValues.member("capabilities", capabilities, json);
        JsonValues.member("clientInfo", clientInfo, json);
        JsonValues.member("_meta", meta, json);
        json.writeEndObject();
    }
}
