package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

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
        implements RequestParams {

    /** Without {@code _meta}. */
    public InitializeParams(String protocolVersion, ClientCapabilities capabilities, Implementation clientInfo) {
        this(protocolVersion, capabilities, clientInfo, null);
    }

    @Override
    public InitializeParams withMeta(RequestMeta meta) {
        return new InitializeParams(protocolVersion, capabilities, clientInfo, meta);
    }
}
