package dev.mcpflux.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What this client offers to servers (specification 2025-11-25: basic/lifecycle; 2026-07-28: basic, _meta). A member that
 * is not null is offered. Only what the application has a handler for, or has asked for, is declared.
 *
 * @param roots the directories a server may work in
 * @param sampling a model that a server may ask
 * @param elicitation a person that a server may ask
 * @param experimental what no revision specifies
 * @param extensions identifiers of extensions, and their settings
 */
public record ClientCapabilities(
        @Nullable RootsCapability roots,
        @Nullable SamplingCapability sampling,
        @Nullable ElicitationCapability elicitation,
        @Nullable Map<String, JsonNode> experimental,
        @Nullable Map<String, JsonNode> extensions) {

    /** Nothing beside what every client can. */
    public static final ClientCapabilities NONE = new ClientCapabilities(null, null, null, null, null);

    /** Offered, without more to say about it. */
    public record EmptyCapability() {
        public static final EmptyCapability YES = new EmptyCapability();
    }

    /**
     * Roots can be listed.
     *
     * @param listChanged whether the client tells when they change (legacy era only)
     */
    public record RootsCapability(@Nullable Boolean listChanged) {}

    /**
     * A model can be asked.
     *
     * @param context whether {@code includeContext} is understood
     * @param tools whether tools may be given to the model
     */
    public record SamplingCapability(
            @Nullable EmptyCapability context, @Nullable EmptyCapability tools) {}

    /**
     * A person can be asked.
     *
     * @param form for values, by a form
     * @param url for an errand elsewhere, by an address to open
     */
    public record ElicitationCapability(
            @Nullable EmptyCapability form, @Nullable EmptyCapability url) {}
}
