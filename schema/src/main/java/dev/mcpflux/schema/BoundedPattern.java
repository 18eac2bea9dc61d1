package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a schema. The JDK's engine backtracks, which can take longer than anyone lives, and cannot be
 * interrupted; but it reads its input through an interface, and that is where the budget is looked at.
 */
final class BoundedPattern implements RegularExpression {

    /**
     * How many steps of the engine may lie between two characters that it reads. Some milliseconds; what people write
     * needs less than a hundred.
     */
    private static final double MAX_STEPS_WITHOUT_READING = 100_000;

    private final Pattern pattern;

    private BoundedPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Fails with a {@link SchemaException} that does not quote the pattern, which its place tells. */
    static BoundedPattern compile(String regex) {
        try {
            if (!(PatternCost.stepsWithoutReading(regex) <= MAX_STEPS_WITHOUT_READING)) {
                throw new SchemaException("can match nothing in too many ways");
            }
            return new BoundedPattern(Pattern.compile(RegularExpressions.replaceLongformCharacterProperties(
                    RegularExpressions.replaceDollarAnchors(regex))));
        } catch (PatternSyntaxException notOne) {
            throw new SchemaException("is not a regular expression: " + notOne.getDescription() + " near index "
                    + Math.max(0, notOne.getIndex()));
        } catch (StackOverflowError tooDeep) {
            throw new SchemaException("is nested too deep");
        }
    }

    @Override
    public boolean matches(String value) {
        Budget budget = Budget.current();
        budget.check();
        try {
            // a pattern is not anchored: JSON Schema validation, section 6.3.3
            return pattern.matcher(new Watched(value, budget)).find();
        } catch (StackOverflowError tooDeep) {
            // the engine recurses for repeated alternatives, once for each character
            throw budget.stop("a pattern of the schema takes more stack for a long text than there is");
        }
    }

    private record Watched(CharSequence text, Budget budget) implements CharSequence {

        @Override
        public char charAt(int index) {
            budget.tick();
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Watched(text.subSequence(start, end), budget);
        }

        /** A value is not for logs. */
        @Override
        public String toString() {
            return "text of " + text.length() + " characters";
        }
    }
}
