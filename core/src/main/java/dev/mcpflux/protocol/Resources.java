package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Resources: data that a server offers to be read (specification: server/resources). */
public final class Resources {

    private Resources() {}

    /**
     * A resource that a server offers.
     *
     * @param uri what it is read by
     * @param name for programs
     * @param title what people call it
     * @param size in bytes, if the server knows
     */
    public record Resource(
            String uri,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            Content.@Nullable Annotations annotations,
            @Nullable Long size,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public Resource {
            if (uri == null) {
                throw new IllegalArgumentException("a resource without a uri");
            }
            name = name == null ? uri : name;
        }
    }

    /**
     * A family of resources.
     *
     * @param uriTemplate how their URIs are made (RFC 6570)
     * @param mimeType if all of them have the same
     */
    public record Template(
            String uriTemplate,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            Content.@Nullable Annotations annotations,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public Template {
            if (uriTemplate == null) {
                throw new IllegalArgumentException("a resource template without a uriTemplate");
            }
            name = name == null ? uriTemplate : name;
        }
    }

    /** One page of {@code resources/list}. */
    public record ListResult(
            List<Resource> resources,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements PageResult<Resource> {

        public ListResult {
            resources = resources == null ? List.of() : List.copyOf(resources);
        }

        @Override
        public List<Resource> items() {
            return resources;
        }
    }

    /** One page of {@code resources/templates/list}. */
    public record ListTemplatesResult(
            List<Template> resourceTemplates,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements PageResult<Template> {

        public ListTemplatesResult {
            resourceTemplates = resourceTemplates == null ? List.of() : List.copyOf(resourceTemplates);
        }

        @Override
        public List<Template> items() {
            return resourceTemplates;
        }
    }

    /**
     * Parameters of {@code resources/read}.
     *
     * @param inputResponses the answers to what the server asked for in the round before (modern era)
     * @param requestState what the server wants back from the round before (modern era)
     */
    public record ReadParams(
            String uri,
            @Nullable Map<String, Object> inputResponses,
            @Nullable String requestState,
            @JsonProperty("_meta") @Nullable RequestMeta meta)
            implements RequestParams {

        @Override
        public String routingName() {
            return uri;
        }
    }

    /** Result of {@code resources/read}: one resource may hold several contents, as a directory does. */
    public record ReadResult(
            List<Content.ResourceContents> contents,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public ReadResult {
            contents = contents == null ? List.of() : List.copyOf(contents);
        }

        /** All text contents, joined by line breaks. */
        public String text() {
            return contents.stream()
                    .map(Content.ResourceContents::text)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("\n"));
        }
    }

    /** Parameters of {@code resources/subscribe} and {@code resources/unsubscribe} (legacy era). */
    public record UriParams(
            String uri, @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {}

    /** Parameters of {@code notifications/resources/updated}. */
    public record UpdatedParams(
            String uri, @JsonProperty("_meta") @Nullable NotificationMeta meta) implements Subscribed {

        public UpdatedParams {
            if (uri == null) {
                throw new IllegalArgumentException("a change of a resource without a uri");
            }
        }

        @Override
        public @Nullable RequestId subscriptionId() {
            return meta == null ? null : meta.subscriptionId();
        }
    }
}
