package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The {@code _meta} of a request (specification 2026-07-28: basic, _meta). The members with the prefix of the protocol
 * are set in the modern era only, on every request.
 *
 * @param progressToken set to request progress; unique among the active requests
 * @param protocolVersion the revision of this request
 * @param clientInfo the client
 * @param clientCapabilities the capabilities of the client for this request
 * @param logLevel the lowest level of log messages for this request; null for none
 * @param traceparent the trace this request belongs to (W3C Trace Context)
 * @param tracestate what tracing systems add to it (W3C Trace Context)
 * @param baggage what the application adds to it (W3C Baggage)
 * @param others members that the application adds, with its own names
 */
public record RequestMeta(
        @Nullable RequestId progressToken,

        @JsonProperty("io.modelcontextprotocol/protocolVersion") @Nullable
        String protocolVersion,

        @JsonProperty("io.modelcontextprotocol/clientInfo") @Nullable
        Implementation clientInfo,

        @JsonProperty("io.modelcontextprotocol/clientCapabilities") @Nullable
        ClientCapabilities clientCapabilities,

        @JsonProperty("io.modelcontextprotocol/logLevel") @Nullable
        LogLevel logLevel,

        @Nullable String traceparent,
        @Nullable String tracestate,
        @Nullable String baggage,
        @JsonAnySetter @JsonAnyGetter Map<String, Object> others)
        implements DirectlyWritten {

    public RequestMeta {
        others = others == null ? Map.of() : others;
    }

    /** Requests progress and nothing else. */
    public RequestMeta(@Nullable RequestId progressToken) {
        this(progressToken, null, null, null, null, null, null, null, Map.of());
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("progressToken", progressToken, json);
        JsonValues.member("io.modelcontextprotocol/protocolVersion", protocolVersion, json);
        JsonValues.member("io.modelcontextprotocol/clientInfo", clientInfo, json);
        JsonValues.member("io.modelcontextprotocol/clientCapabilities", clientCapabilities, json);
        JsonValues.member("io.modelcontextprotocol/logLevel", logLevel == null ? null : logLevel.wire(), json);
        JsonValues.member("traceparent", traceparent, json);
        JsonValues.member("tracestate", tracestate, json);
        JsonValues.member("baggage", baggage, json);
        JsonValues.members(others, json);
        json.writeEndObject();
    }
}
