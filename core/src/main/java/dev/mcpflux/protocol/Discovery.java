package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code server/discover} (specification 2026-07-28: server/discover). */
public final class Discovery {

    private Discovery() {}

    /** Parameters of requests that have none of their own. */
    public record NoParams(@JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {}

    /**
     * Result of {@code server/discover}.
     *
     * @param supportedVersions the revisions the server speaks
     * @param instructions how the server wants to be used, for a model
     * @param serverInfo who the server says it is, where drafts of the revision had it; its place is {@code _meta}
     */
    public record DiscoverResult(
            List<String> supportedVersions,
            @Nullable ServerCapabilities capabilities,
            @Nullable String instructions,
            @Nullable Implementation serverInfo,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable ServerMeta meta)
            implements CacheableResult {

        public DiscoverResult {
            supportedVersions = supportedVersions == null ? List.of() : List.copyOf(supportedVersions);
        }
    }

    /** The {@code _meta} of a result, as far as it says who answered. */
    public record ServerMeta(
            @JsonProperty("io.modelcontextprotocol/serverInfo") @Nullable
            Implementation serverInfo) {}
}
