package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A schema that is ready for use by any number of threads at once.
 *
 * @param quick whether checking a small value against it takes microseconds only
 * @param keywords its memory, measured in keywords
 */
record CompiledSchema(Schema schema, boolean quick, int keywords) {

    /** The number of subschemas that may apply within each other, for each level of depth of a value or a schema. */
    private static final int EVALUATIONS_PER_LEVEL = 12;

    List<String> check(JsonNode value, Budget budget, int maxDepth) {
        budget.start("checking the value");
        return Problems.of(errors(schema, value, budget, maxDepth));
    }

    static List<Error> errors(Schema schema, JsonNode value, Budget budget, int maxDepth) {
        BoundedExecution execution = new BoundedExecution(budget, EVALUATIONS_PER_LEVEL * maxDepth);
        budget.evaluate(execution);
        return budget.during(() -> {
            schema.validate(execution, value);
            return execution.getErrors();
        });
    }
}
