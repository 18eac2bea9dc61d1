package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import java.util.Locale;

/**
 * The state of one evaluation, which ends it when its budget is used up. The library appends each keyword to the evaluation
 * path before it applies it, whatever the composition, so that is where to look.
 */
final class BoundedExecution extends ExecutionContext {

    /** More are counted by nobody; a list that is not empty stays so, and that decides. */
    static final int MAX_ERRORS = 1000;

    private static final ExecutionConfig CONFIG = ExecutionConfig.builder()
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(true)
            .build();

    private final Budget budget;
    private final int maxDepth;

    BoundedExecution(Budget budget, int maxDepth) {
        super(CONFIG);
        this.budget = budget;
        this.maxDepth = maxDepth;
    }

    @Override
    public void evaluationPathAddLast(String token) {
        budget.check();
        if (getEvaluationSchema().size() > maxDepth) {
            throw budget.stop("the schema refers to itself without end, or more than " + maxDepth
                    + " of its subschemas apply within each other");
        }
        super.evaluationPathAddLast(token);
    }

    @Override
    public void addError(Error error) {
        if (getErrors().size() < MAX_ERRORS) {
            super.addError(error);
        }
    }
}
