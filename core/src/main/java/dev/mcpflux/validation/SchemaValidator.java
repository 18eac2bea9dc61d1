package dev.mcpflux.validation;

import dev.mcpflux.error.McpException;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Validates JSON values against JSON Schemas (specification 2026-07-28: basic, JSON schema usage). A session works
 * without one; the module {@code mcpflux-schema} provides one.
 */
@FunctionalInterface
public interface SchemaValidator {

    /**
     * Validates nothing. A session treats it like no validator, and a host does not replace it by its default
     * validator.
     */
    SchemaValidator NONE = (schema, value) -> Mono.just(List.of());

    /**
     * Validates a value.
     *
     * @return the problems, each with its place as a JSON pointer, for a person; an empty list if the value is valid. The
     *     value is never quoted. Fails with {@link UnusableSchemaException} if the schema is invalid, has an unknown
     *     dialect, refers to the network, or takes too much time or memory.
     *
     * <p><em>Cancellation</em> stops the validation. Emits on the subscribing thread, or on a thread of the validator.
     */
    Mono<List<String>> validate(JsonNode schema, JsonNode value);

    /** A schema that cannot be used for validation. */
    final class UnusableSchemaException extends McpException {
        private static final long serialVersionUID = 1L;

        public UnusableSchemaException(String message) {
            super(null, message);
        }

        @Override
        public boolean isTransient() {
            return false;
        }
    }
}
