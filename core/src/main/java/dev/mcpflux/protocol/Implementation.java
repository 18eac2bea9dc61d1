package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * The name and version of a client or a server (specification: basic/lifecycle).
 *
 * @param name for programs
 * @param title for people
 * @param others unknown members, as they were sent
 */
public record Implementation(
        String name,
        String version,
        @Nullable String title,
        @Nullable String description,
        @Nullable List<Icon> icons,
        @Nullable String websiteUrl,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
        implements DirectlyWritten {
    private static final String UNKNOWN = "unknown";

    public Implementation {
        others = Members.others(others);
        name = name == null ? UNKNOWN : name;
        version = version == null ? UNKNOWN : version;
        icons = Members.optional(icons);
    }

    /** Without unknown members. */
    public Implementation(
            String name,
            String version,
            @Nullable String title,
            @Nullable String description,
            @Nullable List<Icon> icons,
            @Nullable String websiteUrl) {
        this(name, version, title, description, icons, websiteUrl, Map.of());
    }

    public Implementation(String name, String version) {
        this(name, version, null, null, null, null);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("name", name, json);
        JsonValues.member("version", version, json);
        JsonValues.member("title", title, json);
        JsonValues.member("description", description, json);
        JsonValues.member("icons", icons, json);
        JsonValues.member("websiteUrl", websiteUrl, json);
        JsonValues.members(others, json);
        json.writeEndObject();
    }
}
