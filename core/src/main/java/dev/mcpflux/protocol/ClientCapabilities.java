package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * The capabilities of this client (specification 2025-11-25: basic/lifecycle; 2026-07-28: basic, _meta). A member that
 * is not null is declared. The client declares only capabilities for which the application has registered a handler, or
 * which it has enabled.
 *
 * @param roots the directories a server may work in
 * @param sampling a model that a server may ask
 * @param elicitation a person that a server may ask
 * @param experimental capabilities that no revision specifies
 * @param extensions identifiers of extensions, and their settings
 */
public record ClientCapabilities(
        @Nullable RootsCapability roots,
        @Nullable SamplingCapability sampling,
        @Nullable ElicitationCapability elicitation,
        @Nullable Map<String, JsonNode> experimental,
        @Nullable Map<String, JsonNode> extensions)
        implements DirectlyWritten {

    /** No optional capability. */
    public static final ClientCapabilities NONE = new ClientCapabilities(null, null, null, null, null);

    /** A capability without settings. */
    public record EmptyCapability() implements DirectlyWritten {
        public static final EmptyCapability YES = new EmptyCapability();

        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeEndObject();
        }
    }

    /**
     * Roots can be listed.
     *
     * @param listChanged whether the client sends notifications of changes (legacy era only)
     */
    public record RootsCapability(@Nullable Boolean listChanged) implements DirectlyWritten {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("listChanged", listChanged, json);
            json.writeEndObject();
        }
    }

    /**
     * A model can be asked.
     *
     * @param context whether {@code includeContext} is supported
     * @param tools whether the model may be given tools
     */
    public record SamplingCapability(
            @Nullable EmptyCapability context, @Nullable EmptyCapability tools) implements DirectlyWritten {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("context", context, json);
            JsonValues.member("tools", tools, json);
            json.writeEndObject();
        }
    }

    /**
     * A person can be asked.
     *
     * @param form for values, by a form
     * @param url for a step in a browser, by an address to open
     */
    public record ElicitationCapability(
            @Nullable EmptyCapability form, @Nullable EmptyCapability url) implements DirectlyWritten {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            JsonValues.member("form", form, json);
            JsonValues.member("url", url, json);
            json.writeEndObject();
        }
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("roots", roots, json);
        JsonValues.member("sampling", sampling, json);
        JsonValues.member("elicitation", elicitation, json);
        JsonValues.member("experimental", experimental, json);
        JsonValues.member("extensions", extensions, json);
        json.writeEndObject();
    }
}
