package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
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
     * @param others unknown members, as they were sent
     */
    public record Resource(
            @JsonProperty(required = true) String uri,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            Content.@Nullable Annotations annotations,
            @Nullable Long size,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public Resource {
            others = Members.others(others);
            uri = Members.required(uri, "uri");
            icons = Members.optional(icons);
            meta = Members.object(meta, "_meta");
            name = name == null ? uri : name;
        }

        /** Without unknown members. */
        public Resource(
                String uri,
                String name,
                @Nullable String title,
                @Nullable String description,
                @Nullable String mimeType,
                Content.@Nullable Annotations annotations,
                @Nullable Long size,
                @Nullable List<Icon> icons,
                @Nullable JsonNode meta) {
            this(uri, name, title, description, mimeType, annotations, size, icons, meta, Map.of());
        }
    }

    /**
     * A template for resources.
     *
     * @param uriTemplate the template of their URIs (RFC 6570)
     * @param mimeType if it is the same for all of them
     * @param others unknown members, as they were sent
     */
    public record ResourceTemplate(
            @JsonProperty(required = true) String uriTemplate,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            Content.@Nullable Annotations annotations,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public ResourceTemplate {
            others = Members.others(others);
            uriTemplate = Members.required(uriTemplate, "uriTemplate");
            icons = Members.optional(icons);
            meta = Members.object(meta, "_meta");
            name = name == null ? uriTemplate : name;
        }

        /** Without unknown members. */
        public ResourceTemplate(
                String uriTemplate,
                String name,
                @Nullable String title,
                @Nullable String description,
                @Nullable String mimeType,
                Content.@Nullable Annotations annotations,
                @Nullable List<Icon> icons,
                @Nullable JsonNode meta) {
            this(uriTemplate, name, title, description, mimeType, annotations, icons, meta, Map.of());
        }
    }

    /**
     * One page of {@code resources/list}.
     *
     * @param others unknown members, as they were sent
     */
    public record ListResourcesResult(
            List<Resource> resources,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @JsonProperty("cacheScope") @Nullable String cacheScopeText,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements PageResult<Resource> {

        public ListResourcesResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            resources = Members.list(resources);
        }

        /** Without unknown members. */
        public ListResourcesResult(
                List<Resource> resources,
                @Nullable String nextCursor,
                @Nullable Long ttlMs,
                @Nullable CacheScope cacheScope,
                @Nullable String resultType,
                @Nullable JsonNode meta) {
            this(resources, nextCursor, ttlMs, CacheScope.text(cacheScope), resultType, meta, Map.of());
        }

        @Override
        public List<Resource> items() {
            return resources;
        }
    }

    /**
     * One page of {@code resources/templates/list}.
     *
     * @param others unknown members, as they were sent
     */
    public record ListResourceTemplatesResult(
            List<ResourceTemplate> resourceTemplates,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @JsonProperty("cacheScope") @Nullable String cacheScopeText,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements PageResult<ResourceTemplate> {

        public ListResourceTemplatesResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            resourceTemplates = Members.list(resourceTemplates);
        }

        /** Without unknown members. */
        public ListResourceTemplatesResult(
                List<ResourceTemplate> resourceTemplates,
                @Nullable String nextCursor,
                @Nullable Long ttlMs,
                @Nullable CacheScope cacheScope,
                @Nullable String resultType,
                @Nullable JsonNode meta) {
            this(resourceTemplates, nextCursor, ttlMs, CacheScope.text(cacheScope), resultType, meta, Map.of());
        }

        @Override
        public List<ResourceTemplate> items() {
            return resourceTemplates;
        }
    }

    /**
     * Parameters of {@code resources/read}.
     *
     * @param inputResponses the answers to what the server asked for in the round before (modern era)
     * @param requestState what the server wants back from the round before (modern era)
     */
    public record ReadResourceParams(
            String uri,
            @Nullable Map<String, Object> inputResponses,
            @Nullable String requestState,
            @JsonProperty("_meta") @Nullable RequestMeta meta)
            implements RoundParams {

        @Override
        public ReadResourceParams withMeta(RequestMeta meta) {
            return new ReadResourceParams(uri, inputResponses, requestState, meta);
        }

        @Override
        public ReadResourceParams withInput(
                @Nullable Map<String, Object> inputResponses, @Nullable String requestState) {
            return new ReadResourceParams(uri, inputResponses, requestState, meta);
        }

        @Override
        public RequestSubject subject() {
            return new RequestSubject.OfResource(uri);
        }
    }

    /**
     * Result of {@code resources/read}: one resource may hold several contents, as a directory does.
     *
     * @param others unknown members, as they were sent
     */
    public record ReadResourceResult(
            List<Content.ResourceContents> contents,
            @Nullable Long ttlMs,
            @JsonProperty("cacheScope") @Nullable String cacheScopeText,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public ReadResourceResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            contents = Members.list(contents);
        }

        /** Without unknown members. */
        public ReadResourceResult(
                List<Content.ResourceContents> contents,
                @Nullable Long ttlMs,
                @Nullable CacheScope cacheScope,
                @Nullable JsonNode meta) {
            this(contents, ttlMs, CacheScope.text(cacheScope), meta, Map.of());
        }

        /** For whom it may be used; private if the server does not say, or says something unknown. */
        public CacheScope cacheScope() {
            return CacheScope.of(cacheScopeText);
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
    public record ResourceUriParams(
            String uri, @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

        @Override
        public ResourceUriParams withMeta(RequestMeta meta) {
            return new ResourceUriParams(uri, meta);
        }

        @Override
        public RequestSubject subject() {
            return new RequestSubject.OfResource(uri);
        }
    }

    /** Parameters of {@code notifications/resources/updated}. */
    public record ResourceUpdatedParams(
            @JsonProperty(required = true) String uri,
            @JsonProperty("_meta") @Nullable NotificationMeta meta) implements Subscribed {

        public ResourceUpdatedParams {
            uri = Members.required(uri, "uri");
        }

        @Override
        public @Nullable RequestId subscriptionId() {
            return meta == null ? null : meta.subscriptionId();
        }
    }
}
