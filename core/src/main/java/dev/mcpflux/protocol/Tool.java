package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A tool that a server offers (specification: server/tools).
 *
 * @param name what it is called by
 * @param title what people call it
 * @param inputSchema JSON Schema of its arguments, as it was sent
 * @param outputSchema JSON Schema of its {@code structuredContent}, if it declares one
 * @param annotations hints about its behaviour; not to be trusted unless the server is
 * @param execution how it can be run (2025-11-25: task support), as it was sent
 */
public record Tool(
        String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable JsonNode inputSchema,
        @Nullable JsonNode outputSchema,
        @Nullable ToolAnnotations annotations,
        @Nullable List<Icon> icons,
        @Nullable JsonNode execution,
        @JsonProperty("_meta") @Nullable JsonNode meta) {

    public Tool {
        if (name == null) {
            throw new IllegalArgumentException("a tool without a name");
        }
    }

    /** What to show to people: its title, else that of its annotations, else its name. */
    public String displayName() {
        if (title != null) {
            return title;
        }
        return annotations != null && annotations.title() != null ? annotations.title() : name;
    }
}
