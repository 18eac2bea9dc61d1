package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A tool that a server offers (specification: server/tools).
 *
 * @param name the name for calls
 * @param title the name for people
 * @param inputSchema JSON Schema of its arguments, as it was sent
 * @param outputSchema JSON Schema of its {@code structuredContent}, if it declares one
 * @param annotations hints about its behaviour; trust them only if the server is trusted
 * @param execution how it can be run (2025-11-25: task support), as it was sent
 * @param others unknown members, as they were sent
 */
public record Tool(
        @JsonProperty(required = true) String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
        @Nullable ToolAnnotations annotations,
        @Nullable List<Icon> icons,
        @Nullable JsonNode execution,
        @JsonProperty("_meta") @Nullable JsonNode meta,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

    public Tool {
        others = Members.others(others);
        name = Members.required(name, "name");
        inputSchema = Members.schema(inputSchema, "inputSchema");
        outputSchema = Members.schema(outputSchema, "outputSchema");
        icons = Members.optional(icons);
        execution = Members.object(execution, "execution");
        meta = Members.object(meta, "_meta");
    }

    /** Without unknown members. */
    public Tool(
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable JsonNode inputSchema,
            @Nullable JsonNode outputSchema,
            @Nullable ToolAnnotations annotations,
            @Nullable List<Icon> icons,
            @Nullable JsonNode execution,
            @Nullable JsonNode meta) {
        this(name, title, description, inputSchema, outputSchema, annotations, icons, execution, meta, Map.of());
    }

    /** The name to show to people: its title, else that of its annotations, else its name. */
    public String displayName() {
        if (title != null) {
            return title;
        }
        return annotations != null && annotations.title() != null ? annotations.title() : name;
    }
}
