package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.mcpflux.schema.JsonSchemaValidator.Limits;
import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Makes a schema ready for use, or says why it is none. Reads files at first use: not for a thread that must not block.
 *
 * @param formats whether formats are asserted
 */
record SchemaCompiler(Limits limits, boolean formats) {

    /** Compiles a schema that nobody changes any more and that is not too deep. */
    CompiledSchema compile(JsonNode schema, Budget budget) {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new UnusableSchemaException("a schema is an object or a boolean, not "
                    + schema.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        Draft draft = Draft.of(schema);
        boolean quick = SchemaSurvey.isQuick(schema, draft, limits.maxSubschemas());
        Schema metaschema = draft.metaschema();
        budget.start("compiling the schema");
        requireValid(draft, CompiledSchema.errors(metaschema, schema, budget, limits.maxDepth()));
        Schema compiled = budget.during(() -> {
            Schema result = draft.newRegistry(formats).getSchema(schema);
            // resolves the references
            result.initializeValidators();
            return result;
        });
        return new CompiledSchema(compiled, quick, budget.keywords());
    }

    /** "Schemas MUST be valid according to their declared or default dialect" (basic, JSON schema usage). */
    private static void requireValid(Draft draft, List<Error> errors) {
        if (!errors.isEmpty()) {
            throw new UnusableSchemaException(
                    "the schema is not one of " + draft.uri() + ": " + String.join("; ", Problems.of(errors)));
        }
    }
}
