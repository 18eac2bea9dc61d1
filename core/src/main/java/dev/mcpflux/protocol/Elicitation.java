package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Questions of a server to a person (specification: client/elicitation). */
public final class Elicitation {

    public static final String FORM = "form";
    public static final String URL = "url";

    private Elicitation() {}

    /**
     * Parameters of {@code elicitation/create}.
     *
     * @param mode {@link #FORM}, also where it is absent, or {@link #URL}
     * @param message what it is for, for the person
     * @param requestedSchema in form mode: a flat JSON Schema of the values asked for
     * @param url in URL mode: what to open, if the person agrees
     * @param elicitationId in URL mode: what {@code notifications/elicitation/complete} refers to (2025-11-25)
     */
    public record ElicitParams(
            @Nullable String mode,
            String message,
            @Nullable JsonNode requestedSchema,
            @Nullable String url,
            @Nullable String elicitationId,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public ElicitParams {
            message = message == null ? "" : message;
            requestedSchema = Members.schema(requestedSchema, "requestedSchema");
            meta = Members.object(meta, "_meta");
        }

        /** Whether values are asked for. */
        public boolean form() {
            return mode == null || mode.equals(FORM);
        }

        /** The default values that the schema gives, by the names of their properties. */
        public Map<String, Object> defaults() {
            Map<String, Object> values = new LinkedHashMap<>();
            if (requestedSchema != null) {
                requestedSchema.path("properties").forEachEntry((name, property) -> {
                    JsonNode value = property.get("default");
                    if (value != null && !value.isNull()) {
                        values.put(
                                name,
                                value.isFloat() || value.isDouble() || value.isBigDecimal()
                                        ? value.doubleValue()
                                        : McpJson.bind(value, Object.class));
                    }
                });
            }
            return values;
        }
    }

    /**
     * Result of {@code elicitation/create}.
     *
     * @param action what the person decided
     * @param content the values of an accepted form
     */
    public record ElicitResult(
            ElicitAction action, @Nullable Map<String, Object> content) {

        /** Accepts with these values; values with a default in the schema may be omitted. */
        public static ElicitResult accept(Map<String, ?> content) {
            return new ElicitResult(ElicitAction.ACCEPT, new LinkedHashMap<>(content));
        }

        /** Accepts the defaults of the schema, or opening the URL. */
        public static ElicitResult accept() {
            return new ElicitResult(ElicitAction.ACCEPT, null);
        }

        public static ElicitResult decline() {
            return new ElicitResult(ElicitAction.DECLINE, null);
        }

        public static ElicitResult cancel() {
            return new ElicitResult(ElicitAction.CANCEL, null);
        }

        public boolean accepted() {
            return action == ElicitAction.ACCEPT;
        }

        @Override
        public String toString() {
            // the values may be secret
            return "ElicitResult[" + action + "]";
        }
    }

    /** What the person decided about a question (specification: client/elicitation, response actions). */
    public enum ElicitAction {
        ACCEPT,
        /** Explicitly refused. */
        DECLINE,
        /** Dismissed without an answer. */
        CANCEL;

        /** The name on the wire. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The action with this name.
         *
         * @throws IllegalArgumentException if no action has this name; the message lists the actions
         */
        @JsonCreator
        public static ElicitAction of(String wire) {
            return Arrays.stream(values())
                    .filter(action -> action.wire().equals(wire))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there is no action '" + wire + "'; there are accept, decline, cancel"));
        }

        @Override
        public String toString() {
            return wire();
        }
    }

    /** Parameters of {@code notifications/elicitation/complete} (2025-11-25). */
    public record ElicitationCompleteParams(
            @JsonProperty(required = true) String elicitationId) {
        public ElicitationCompleteParams {
            elicitationId = Members.required(elicitationId, "elicitationId");
        }
    }
}
