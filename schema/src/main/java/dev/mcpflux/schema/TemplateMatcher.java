package dev.mcpflux.schema;

import dev.mcpflux.schema.TemplatePart.Expression;
import dev.mcpflux.schema.TemplatePart.Literal;
import java.util.List;

/**
 * Whether a URI may have come of a template. Reads the URI once for each part of the template and never goes back, so that no
 * template of a server takes long.
 */
final class TemplateMatcher {

    /** No expression begins with it. */
    private static final char NOTHING = '\0';

    private TemplateMatcher() {}

    static boolean matches(List<TemplatePart> parts, String uri) {
        // up to where the parts so far may reach
        boolean[] reached = new boolean[uri.length() + 1];
        reached[0] = true;
        for (TemplatePart part : parts) {
            reached = part instanceof Literal literal
                    ? literal(literal.encoded(), uri, reached)
                    : expression(((Expression) part).operator(), uri, reached);
        }
        return reached[uri.length()];
    }

    private static boolean[] literal(String text, String uri, boolean[] from) {
        boolean[] reached = new boolean[from.length];
        for (int i = 0; i < from.length; i++) {
            if (from[i] && uri.startsWith(text, i)) {
                reached[i + text.length()] = true;
            }
        }
        return reached;
    }

    private static boolean[] expression(String operator, String uri, boolean[] from) {
        // a variable without a value becomes nothing (RFC 6570, section 3.2.1)
        boolean[] reached = from.clone();
        char first = first(operator);
        String never = neverWithin(operator);
        boolean within = false;
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            boolean allowed = never.indexOf(c) < 0;
            boolean begins = from[i] && (first == NOTHING ? allowed : c == first);
            within = begins || (within && allowed);
            if (within) {
                reached[i + 1] = true;
            }
        }
        return reached;
    }

    private static char first(String operator) {
        return operator.isEmpty() || operator.equals("+") ? NOTHING : operator.charAt(0);
    }

    /**
     * What a value of an expression cannot hold unless it is encoded (RFC 6570, section 3.2). Other reserved characters are
     * let pass, since people and servers leave them as they are.
     */
    private static String neverWithin(String operator) {
        return switch (operator) {
            case "+", "#" -> "";
            case "/" -> "?#";
            case "?", "&" -> "#";
            default -> "/?#";
        };
    }
}
