package dev.mcpflux.validation;

import dev.mcpflux.error.McpException;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Checks JSON values against JSON Schemas (specification 2026-07-28: basic, JSON schema usage). A session works without
 * one; the module {@code mcpflux-schema} brings one.
 */
@FunctionalInterface
public interface SchemaValidator {

    /**
     * Checks nothing, and says so: where this is set, a host puts no validator of its own in its place. A session treats it
     * as no validator at all.
     */
    SchemaValidator NONE = (schema, value) -> Mono.just(List.of());

    /**
     * Checks a value.
     *
     * @return what is wrong, each with its place as a JSON pointer, in words for a person; an empty list if nothing is.
     *     Neither the value nor parts of it are quoted. Fails with {@link UnusableSchemaException} if the schema is not
     *     one, is of a dialect that is not known, refers to the network, or takes too much to be checked.
     *     <p><em>Cancellation</em> stops the check. Emits on the thread that subscribes, or on one of the validator's
     *     own.
     */
    Mono<List<String>> validate(JsonNode schema, JsonNode value);

    /** A schema that nothing can be checked against. */
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
