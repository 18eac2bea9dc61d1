package dev.mcpflux.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of a schema. RE2/J matches it in time linear in the text, without backtracking. A pattern
 * without an equivalent in RE2/J is not asserted.
 */
final class SchemaPattern implements RegularExpression {

    private static final String NOTHING_TO_REPEAT = "missing argument to repetition operator";

    private final String regex;
    private final @Nullable Pattern pattern;
    private final @Nullable String unsupported;

    private SchemaPattern(String regex, @Nullable Pattern pattern, @Nullable String unsupported) {
        this.regex = regex;
        this.pattern = pattern;
        this.unsupported = unsupported;
    }

    /**
     * Compiles a pattern.
     *
     * @throws SchemaException if the text is not a pattern in any dialect; the message does not quote it
     */
    static SchemaPattern of(String regex) {
        try {
            return new SchemaPattern(regex, Pattern.compile(EcmaPattern.toRe2(regex)), null);
        } catch (EcmaPattern.UnsupportedException e) {
            return new SchemaPattern(regex, null, e.getMessage());
        } catch (PatternSyntaxException e) {
            if (NOTHING_TO_REPEAT.equals(e.getDescription())) {
                throw new SchemaException("is not a regular expression: there is nothing to repeat");
            }
            return new SchemaPattern(regex, null, "has something unknown in it: " + e.getDescription());
        } catch (StackOverflowError e) {
            return new SchemaPattern(regex, null, "is nested too deep");
        }
    }

    /** Why values are not checked against the pattern, to be put after "the pattern"; null if they are checked. */
    @Nullable
    String unsupported() {
        return unsupported;
    }

    /** Whether any part of the text matches: a pattern is not anchored (JSON Schema validation, section 6.3.3). */
    @Override
    public boolean matches(String text) {
        Budget budget = Budget.current();
        budget.check();
        if (pattern == null) {
            budget.unasserted(regex);
            return true;
        }
        try {
            return pattern.matcher(new Watched(text, budget)).find();
        } catch (StackOverflowError tooDeep) {
            throw budget.stop("a pattern of the schema takes more stack than there is");
        }
    }

    /** Reads a text and checks the budget meanwhile: a megabyte can take seconds, and a check can be cancelled. */
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

        /** Does not show the value, which must not appear in logs. */
        @Override
        public String toString() {
            return "text of " + text.length() + " characters";
        }
    }
}
