package dev.mcpflux.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one evaluation, which stops when its budget is used up. The library appends each keyword to the
 * evaluation path before it applies it, whatever the composition, so the budget is checked there.
 *
 * <p>A pattern that cannot be asserted counts as matched. A failure that exists only because of that, such as the
 * failure of an enclosing {@code not}, is not reported as a problem: {@link #isDoubtful}.
 */
final class BoundedExecution extends ExecutionContext {

    /** Further errors are not counted. The list keeps its entries, since only whether it is empty matters. */
    static final int MAX_ERRORS = 1000;

    private static final ExecutionConfig CONFIG = ExecutionConfig.builder()
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(true)
            .build();

    private static final Set<String> CONTAINS = Set.of("contains", "minContains", "maxContains");
    private static final Set<String> UNEVALUATED = Set.of("unevaluatedProperties", "unevaluatedItems");

    private final Budget budget;
    private final int maxDepth;

    /**
     * The evaluation paths, up to the root, of keywords within which a pattern was not asserted, and of these patterns.
     */
    private final Set<NodePath> doubtful = new HashSet<>();

    private final Set<String> unasserted = new HashSet<>();

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
        if (getErrors().size() < MAX_ERRORS && (unasserted.isEmpty() || !isDoubtful(error.getEvaluationPath()))) {
            super.addError(error);
        }
    }

    /** The library adds the errors of a {@code oneOf} with this method. */
    @Override
    public void setErrors(List<Error> errors) {
        if (!unasserted.isEmpty()) {
            errors.removeIf(error -> "oneOf".equals(error.getKeyword()) && isDoubtful(error.getEvaluationPath()));
        }
        super.setErrors(errors);
    }

    /** Records that a pattern just counted as matched, whatever the text. */
    void unasserted(String regex) {
        unasserted.add(regex);
        for (NodePath path = getEvaluationPath(); path != null && doubtful.add(path); ) {
            path = path.getParent();
        }
    }

    /** Whether a keyword failed, or may have failed, because a pattern counted as matched. */
    private boolean isDoubtful(@Nullable NodePath failed) {
        if (failed == null || failed.getParent() == null) {
            return false;
        }
        String keyword = String.valueOf(failed.getElement(-1));
        NodePath within = failed.getParent();
        return ((keyword.equals("not") || keyword.equals("oneOf")) && doubtful.contains(failed))
                || (CONTAINS.contains(keyword) && doubtful.contains(within.append("contains")))
                || (UNEVALUATED.contains(keyword) && doubtful.contains(within))
                || isConditional(failed);
    }

    /**
     * Whether the keyword applies only because a pattern counted as matched: within {@code patternProperties}, or after
     * an {@code if}.
     */
    private boolean isConditional(NodePath failed) {
        for (NodePath path = failed, parent = path.getParent(); parent != null; parent = path.getParent()) {
            Object keyword = path.getElement(-1);
            if ("then".equals(keyword) || "else".equals(keyword)) {
                if (doubtful.contains(parent.append("if"))) {
                    return true;
                }
            } else if ("patternProperties".equals(parent.getElement(-1)) && unasserted.contains(keyword)) {
                return true;
            }
            path = parent;
        }
        return false;
    }
}
