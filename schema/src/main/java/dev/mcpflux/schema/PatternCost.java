package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds from above how much a regular expression can do without reading a character. Only then does the budget go unseen
 * in {@link BoundedPattern}: {@code (|)(|)(|)…(?!)} has as many ways to match nothing as there are subsets of its groups,
 * and {@code (?:a{0}){2000000000}} counts to its number. A part that has to read a character has no way to match nothing.
 *
 * <p>Syntax errors are left to the compiler; what is said about a pattern that has one does not matter.
 */
final class PatternCost {

    /**
     * What a part of a pattern costs at one place of the text.
     *
     * @param ways in how many it can match nothing
     * @param steps to try what it can without reading
     * @param waysOn in how many it can be left once a character within it has been read
     * @param stepsOn to try these
     */
    private record Cost(double ways, double steps, double waysOn, double stepsOn) {

        static final Cost NOTHING = new Cost(1, 0, 0, 0);
        static final Cost READS = new Cost(0, 1, 1, 1);
        static final Cost ASSERTS = new Cost(1, 1, 0, 0);

        Cost then(Cost next) {
            return new Cost(
                    ways * next.ways,
                    steps + ways * next.steps,
                    Math.max(waysOn * next.ways, next.waysOn),
                    Math.max(stepsOn + waysOn * next.steps, next.stepsOn));
        }

        Cost or(Cost other) {
            return new Cost(
                    ways + other.ways,
                    steps + other.steps + 1,
                    Math.max(waysOn, other.waysOn),
                    Math.max(stepsOn, other.stepsOn));
        }

        /** The engine ends a loop whose body matched nothing, hence one more than {@code min}, however many may follow. */
        Cost repeated(double min, boolean more) {
            double again;
            double tries;
            if (ways == 0) {
                again = min == 0 ? 1 : 0;
                tries = steps + 1;
            } else {
                double must = Math.pow(ways, min);
                again = more ? must * (ways + 1) : must;
                tries = steps * (ways == 1 ? min : (must - 1) / (ways - 1)) + (more ? must * (steps + 1) : 0);
            }
            return new Cost(again, tries, waysOn * Math.max(1, again), stepsOn + waysOn * tries);
        }

        Cost ofLookaround() {
            return new Cost(1, steps + 1, 1, stepsOn + 1);
        }

        double most() {
            return Math.max(steps, stepsOn);
        }
    }

    private static final class Group {
        final boolean looksAround;

        @Nullable
        Cost alternatives;

        Cost sequence = Cost.NOTHING;

        @Nullable
        Cost last;

        Group(boolean looksAround) {
            this.looksAround = looksAround;
        }

        void add(Cost atom) {
            append();
            last = atom;
        }

        void repeat(double min, boolean more) {
            if (last != null) {
                last = last.repeated(min, more);
            }
        }

        void alternative() {
            append();
            alternatives = alternatives == null ? sequence : alternatives.or(sequence);
            sequence = Cost.NOTHING;
        }

        Cost total() {
            alternative();
            Cost all = alternatives == null ? sequence : alternatives;
            return looksAround ? all.ofLookaround() : all;
        }

        private void append() {
            if (last != null) {
                sequence = sequence.then(last);
                last = null;
            }
        }
    }

    private final String regex;
    private int at;

    private PatternCost(String regex) {
        this.regex = regex;
    }

    static double stepsWithoutReading(String regex) {
        return new PatternCost(regex).steps();
    }

    private double steps() {
        Deque<Group> open = new ArrayDeque<>();
        Group group = new Group(false);
        while (at < regex.length()) {
            char c = regex.charAt(at++);
            switch (c) {
                case '(' -> {
                    Group inner = openGroup();
                    if (inner == null) {
                        group.add(Cost.ASSERTS);
                    } else {
                        open.push(group);
                        group = inner;
                    }
                }
                case ')' -> {
                    if (!open.isEmpty()) {
                        Cost done = group.total();
                        group = open.pop();
                        group.add(done);
                    }
                }
                case '|' -> group.alternative();
                case '[' -> {
                    skipClass();
                    group.add(Cost.READS);
                }
                case '\\' -> group.add(escape());
                case '^', '$' -> group.add(Cost.ASSERTS);
                case '?', '*' -> repeat(group, 0, true);
                case '+' -> repeat(group, 1, true);
                case '{' -> {
                    double min = number();
                    boolean more = regex.startsWith(",", at);
                    skipPast('}');
                    repeat(group, min, more);
                }
                default -> group.add(Cost.READS);
            }
        }
        Cost total = group.total();
        while (!open.isEmpty()) {
            Group outer = open.pop();
            outer.add(total);
            total = outer.total();
        }
        return total.most();
    }

    private void repeat(Group group, double min, boolean more) {
        group.repeat(min, more);
        if (at < regex.length() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
            at++; // reluctant or possessive
        }
    }

    /** Reads what stands before the content of a group; nothing if the group is only a flag. */
    private @Nullable Group openGroup() {
        if (!regex.startsWith("?", at)) {
            return new Group(false);
        }
        at++;
        if (regex.startsWith("<=", at) || regex.startsWith("<!", at)) {
            at += 2;
            return new Group(true);
        }
        if (regex.startsWith("=", at) || regex.startsWith("!", at)) {
            at++;
            return new Group(true);
        }
        if (regex.startsWith("<", at)) {
            skipPast('>');
            return new Group(false);
        }
        if (regex.startsWith(">", at)) {
            at++;
            return new Group(false);
        }
        while (at < regex.length()) {
            char c = regex.charAt(at++);
            if (c == ':') {
                return new Group(false);
            }
            if (c == ')') {
                return null;
            }
            if (c == 'x') {
                // ECMA-262 has no comments in patterns, and they would hide from this class what the engine does
                throw new SchemaException("has comments, which JSON Schema knows not");
            }
        }
        return null;
    }

    private Cost escape() {
        if (at >= regex.length()) {
            return Cost.READS;
        }
        char c = regex.charAt(at++);
        switch (c) {
            case 'Q':
                throw new SchemaException("has a quotation, which JSON Schema knows not");
            case 'b', 'B', 'A', 'z', 'Z', 'G':
                if (regex.startsWith("{g}", at)) {
                    skipPast('}');
                }
                return Cost.ASSERTS;
            case 'k':
                skipPast('>');
                return Cost.ASSERTS;
            case '1', '2', '3', '4', '5', '6', '7', '8', '9':
                return Cost.ASSERTS;
            case 'p', 'P', 'x', 'N':
                if (regex.startsWith("{", at)) {
                    skipPast('}');
                }
                return Cost.READS;
            case 'c':
                at++;
                return Cost.READS;
            default:
                return Cost.READS;
        }
    }

    /** In a class, a bracket that comes first stands for itself, and one within opens a class of its own. */
    private void skipClass() {
        int depth = 1;
        int first = afterCaret();
        while (at < regex.length() && depth > 0) {
            int here = at;
            char c = regex.charAt(at++);
            if (c == '\\') {
                escape();
            } else if (c == '[') {
                depth++;
                first = afterCaret();
            } else if (c == ']' && here != first) {
                depth--;
            }
        }
    }

    private int afterCaret() {
        if (regex.startsWith("^", at)) {
            at++;
        }
        return at;
    }

    private double number() {
        double n = 0;
        while (at < regex.length() && Character.isDigit(regex.charAt(at))) {
            n = n * 10 + Character.digit(regex.charAt(at++), 10);
        }
        return n;
    }

    private void skipPast(char end) {
        int found = regex.indexOf(end, at);
        at = found < 0 ? regex.length() : found + 1;
    }
}
