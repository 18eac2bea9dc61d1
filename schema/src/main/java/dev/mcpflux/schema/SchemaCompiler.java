package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import dev.mcpflux.schema.JsonSchemaValidator.Limits;
import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Compiles a schema, or explains why it is not valid. Reads files at first use, so a thread that must not block may not
 * call it.
 *
 * @param formats whether formats are asserted
 */
record SchemaCompiler(Limits limits, boolean formats) {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaCompiler.class);
    private static final int MAX_REPORTED = 5;

    /** Compiles a schema that is not modified any more and is not too deep. */
    CompiledSchema compile(JsonNode schema, Budget budget) {
        if (!schema.isObject() && !schema.isBoolean()) {
            throw new UnusableSchemaException("a schema is an object or a boolean, not "
                    + schema.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        Draft draft = Draft.of(schema);
        SchemaSurvey.Findings findings = SchemaSurvey.of(schema, draft, limits.maxSubschemas());
        Schema metaschema = draft.metaschema();
        budget.start("compiling the schema");
        requireValid(draft, CompiledSchema.errors(metaschema, schema, budget, limits.maxDepth()));
        Schema compiled = budget.during(() -> {
            Schema result = draft.newRegistry(formats).getSchema(schema);
            // resolves the references
            result.initializeValidators();
            return result;
        });
        report(schema, findings.unasserted());
        return new CompiledSchema(compiled, findings.quick(), budget.keywords());
    }

    /** Logs the patterns that are not asserted, once for each schema that is compiled. */
    private static void report(JsonNode schema, List<String> unasserted) {
        if (!unasserted.isEmpty()) {
            String title = schema.path("title").asString("");
            LOG.warn(
                    "Values are not checked against {} of the schema{}: look-around, references to groups and large"
                            + " repetitions cannot be checked within bounds. {}{}",
                    unasserted.size() == 1 ? "a pattern" : unasserted.size() + " patterns",
                    title.isEmpty() ? "" : " '" + Problems.printable(Problems.abbreviated(title)) + "'",
                    String.join("; ", unasserted.subList(0, Math.min(MAX_REPORTED, unasserted.size()))),
                    unasserted.size() > MAX_REPORTED ? "; …" : "");
        }
    }

    /** "Schemas MUST be valid according to their declared or default dialect" (basic, JSON schema usage). */
    private static void requireValid(Draft draft, List<Error> errors) {
        if (!errors.isEmpty()) {
            throw new UnusableSchemaException(
                    "the schema is not one of " + draft.uri() + ": " + String.join("; ", Problems.of(errors)));
        }
    }
}
