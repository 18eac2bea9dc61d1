package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code server/discover} (specification 2026-07-28: server/discover). */
public final class Discovery {

    private Discovery() {}

    /** Parameters of requests without own parameters. */
    public record DiscoverParams(
            @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams, DirectlyWritten {

        @Override
        public DiscoverParams withMeta(RequestMeta meta) {
            return new DiscoverParams(meta);
        }

        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("_meta", meta, json);
            json.writeEndObject();
        }
    }

    /**
     * Result of {@code server/discover}.
     *
     * @param supportedVersions the revisions the server speaks
     * @param instructions how the server wants to be used, for a model
     * @param serverInfo who the server says it is, where drafts of the revision had it; its place is {@code _meta}
     * @param others unknown members, as they were sent
     */
    public record DiscoverResult(
            List<String> supportedVersions,
            @Nullable ServerCapabilities capabilities,
            @Nullable String instructions,
            @Nullable Implementation serverInfo,
            @Nullable Long ttlMs,
            @JsonProperty("cacheScope") @Nullable String cacheScopeText,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable ServerMeta meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements CacheableResult {

        public DiscoverResult {
            others = Members.others(others);
            supportedVersions = Members.list(supportedVersions);
        }

        /** Without unknown members. */
        public DiscoverResult(
                List<String> supportedVersions,
                @Nullable ServerCapabilities capabilities,
                @Nullable String instructions,
                @Nullable Implementation serverInfo,
                @Nullable Long ttlMs,
                @Nullable CacheScope cacheScope,
                @Nullable String resultType,
                @Nullable ServerMeta meta) {
            this(
                    supportedVersions,
                    capabilities,
                    instructions,
                    serverInfo,
                    ttlMs,
                    CacheScope.text(cacheScope),
                    resultType,
                    meta,
                    Map.of());
        }
    }

    /**
     * The {@code _meta} of a result, with the identity of the server.
     *
     * @param others unknown members, as they were sent
     */
    public record ServerMeta(
            @JsonProperty("io.modelcontextprotocol/serverInfo") @Nullable
            Implementation serverInfo,

            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public ServerMeta {
            others = Members.others(others);
        }

        /** Without unknown members. */
        public ServerMeta(@Nullable Implementation serverInfo) {
            this(serverInfo, Map.of());
        }
    }
}
