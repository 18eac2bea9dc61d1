package dev.mcpflux.host.config;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of variables: {@code ${NAME}}, {@code ${NAME:-default}}, and the same with {@code env:} before the
 * name. As in a shell, a default stands for a variable that is unset or empty, and may hold variables itself.
 * Two dollars before a brace stand for one, without a variable. Everything else, a lone {@code $} among it, stays as it is.
 * Immutable; any thread may use it, as far as its source may be used by any.
 */
final class Variables {

    private static final String ENV = "env:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** Variables of other hosts that stand for no variable of the environment: it is refused to pass them on as they are. */
    private static final Pattern FOREIGN = Pattern.compile("[A-Za-z_]+:.*|\\{.*", Pattern.DOTALL);

    private static final int MAX_NESTING = 8;

    /** Hears of each variable that was found, with its value. */
    @FunctionalInterface
    interface Found {
        void found(String name, String value);
    }

    private final UnaryOperator<@Nullable String> values;
    private final Found found;

    /**
     * Variables from a source.
     *
     * @param values the value of a variable by its name, or null where it is not set
     * @param found hears of what was put in, which may be a secret
     */
    Variables(UnaryOperator<@Nullable String> values, Found found) {
        this.values = values;
        this.found = found;
    }

    /**
     * A text with its variables replaced.
     *
     * @throws IllegalArgumentException names the variable that is not set, or says what is not understood; quotes nothing else
     */
    String expand(String text) {
        return expand(text, 0);
    }

    private String expand(String text, int depth) {
        if (text.indexOf("${") < 0) {
            return text;
        }
        if (depth > MAX_NESTING) {
            throw new IllegalArgumentException("its variables are nested too deep");
        }
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                expanded.append("${");
                at += 3;
                continue;
            }
            int end = text.startsWith("${", at) ? end(text, at + 2) : -1;
            String value = end < 0 ? null : value(text.substring(at + 2, end), depth);
            if (value == null) {
                expanded.append(text.charAt(at));
                at++;
            } else {
                expanded.append(value);
                at = end + 1;
            }
        }
        return expanded.toString();
    }

    /** Where the brace is closed that was opened before a place, or -1. */
    private static int end(String text, int from) {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The value of what stands in braces, or null where that is no variable but, say, an expression of a shell. */
    private @Nullable String value(String expression, int depth) {
        boolean prefixed = expression.startsWith(ENV);
        String rest = prefixed ? expression.substring(ENV.length()) : expression;
        int colon = rest.indexOf(":-");
        String name = colon < 0 ? rest : rest.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            if (prefixed) {
                throw new IllegalArgumentException("expected the name of a variable after \"${env:\"");
            }
            if (FOREIGN.matcher(expression).matches()) {
                throw new IllegalArgumentException(
                        "\"${" + foreign(expression) + "…}\" is a variable of another host; expected"
                                + " ${NAME} or ${NAME:-default}, of the environment ($${ for ${ itself)");
            }
            return null;
        }
        String value = values.apply(name);
        if (value != null && !(value.isEmpty() && colon >= 0)) {
            found.found(name, value);
            return value;
        }
        if (colon < 0) {
            throw new IllegalArgumentException("the environment variable " + name + " is not set");
        }
        return expand(rest.substring(colon + 2), depth + 1);
    }

    private static String foreign(String expression) {
        return expression.startsWith("{") ? "{" : expression.substring(0, expression.indexOf(':') + 1);
    }

    /** Whether a whole text is written as hosts write variables that are not understood here: {@code $NAME}, {@code %NAME%}. */
    static boolean looksForeign(String text) {
        return text.matches("\\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|.*\\{env:[^}]*}.*") && !text.contains("${");
    }
}
