package dev.mcpflux.uri;

import dev.mcpflux.uri.TemplatePart.Expression;
import dev.mcpflux.uri.TemplatePart.Literal;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of a template in a URI. Reads the URI once for each part and never backtracks, so that no template of
 * a server takes long. Then one pass from the end assigns the text to the expressions.
 */
final class TemplateMatcher {

    /** Limit of the template's length times the URI's length: a fraction of a second, and some megabytes. */
    private static final long MAX_STEPS = 50_000_000;

    private final List<TemplatePart> parts;
    private final String uri;
    private final boolean strictly;

    /** For each number of parts, the positions that so many parts can reach. */
    private final BitSet[] reached;

    private TemplateMatcher(List<TemplatePart> parts, String uri, boolean strictly) {
        this.parts = parts;
        this.uri = uri;
        this.strictly = strictly;
        this.reached = new BitSet[parts.size() + 1];
    }

    /** The values of the variables, or null if the URI does not match the template. */
    static @Nullable Map<String, Object> match(String template, List<TemplatePart> parts, String uri) {
        if (template.length() * (long) uri.length() > MAX_STEPS) {
            return null;
        }
        // first the reading of a correctly encoded URI, then the other possible ones
        Map<String, Object> values = match(parts, uri, true);
        return values != null ? values : match(parts, uri, false);
    }

    private static @Nullable Map<String, Object> match(List<TemplatePart> parts, String uri, boolean strictly) {
        TemplateMatcher matcher = new TemplateMatcher(parts, uri, strictly);
        return matcher.reachesTheEnd() ? matcher.values() : null;
    }

    private boolean reachesTheEnd() {
        BitSet from = new BitSet(uri.length() + 1);
        from.set(0);
        reached[0] = from;
        for (int i = 0; i < parts.size(); i++) {
            from = parts.get(i) instanceof Literal literal
                    ? literal(literal.encoded(), from)
                    : expression((Expression) parts.get(i), from);
            reached[i + 1] = from;
        }
        return from.get(uri.length());
    }

    private BitSet literal(String text, BitSet from) {
        BitSet to = new BitSet(uri.length() + 1);
        for (int i = from.nextSetBit(0); i >= 0; i = from.nextSetBit(i + 1)) {
            if (uri.startsWith(text, i)) {
                to.set(i + text.length());
            }
        }
        return to;
    }

    private BitSet expression(Expression expression, BitSet from) {
        // a variable without a value expands to nothing (RFC 6570, section 3.2.1)
        BitSet to = (BitSet) from.clone();
        int mostSegments = mostSegments(expression);
        boolean within = false;
        int segments = 0;
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (from.get(i) && canBegin(expression, c)) {
                within = true;
                segments = 1;
            } else {
                segments += c == '/' ? 1 : 0;
                within = within && expression.operator().allows(c, strictly) && segments <= mostSegments;
            }
            if (within) {
                to.set(i + 1);
            }
        }
        return to;
    }

    private boolean canBegin(Expression expression, char c) {
        char first = expression.operator().first();
        return first == Operator.NOTHING ? expression.operator().allows(c, strictly) : c == first;
    }

    /** A value in a path contains no slash, so each slash begins another variable. */
    private static int mostSegments(Expression expression) {
        return expression.operator() == Operator.PATH && !expression.explodes()
                ? expression.variables().size()
                : Integer.MAX_VALUE;
    }

    private Map<String, Object> values() {
        MatchedValues values = new MatchedValues();
        int end = uri.length();
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Literal literal) {
                end -= literal.encoded().length();
            } else {
                Expression expression = (Expression) parts.get(i);
                int begin = begin(expression, reached[i], end);
                values.add(expression, uri.substring(begin, end));
                end = begin;
            }
        }
        return values.inOrder(parts);
    }

    /** The start of an expression that ends here: the latest possible, so that earlier expressions match the most. */
    private int begin(Expression expression, BitSet from, int end) {
        int begin = end;
        while (!from.get(begin) || (begin < end && !canBegin(expression, uri.charAt(begin)))) {
            begin--;
        }
        return begin;
    }
}
