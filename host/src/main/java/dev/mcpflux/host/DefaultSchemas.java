package dev.mcpflux.host;

import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.schema.JsonSchemaValidator;
import dev.mcpflux.validation.SchemaValidator;
import reactor.core.publisher.Mono;

/** The validator of hosts that were given none: one for all, made when the first value is checked. */
final class DefaultSchemas {

    private DefaultSchemas() {}

    /** Loaded with the first check: a host that checks nothing does not pay for it. */
    private static final class Holder {
        static final JsonSchemaValidator VALIDATOR = JsonSchemaValidator.create();
    }

    private static final SchemaValidator LAZY =
            (schema, value) -> Mono.defer(() -> Holder.VALIDATOR.validate(schema, value));

    /** These options, with the validator where they say nothing about one. */
    static SessionOptions in(SessionOptions options) {
        return options.schemas() != null
                ? options
                : options.mutate().schemas(LAZY).build();
    }
}
