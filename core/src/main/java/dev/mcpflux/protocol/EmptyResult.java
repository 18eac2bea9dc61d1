package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A result without content.
 */
public record EmptyResult(@JsonProperty("_meta") @Nullable JsonNode meta) {

    public EmptyResult() {
        this(null);
    }
}
