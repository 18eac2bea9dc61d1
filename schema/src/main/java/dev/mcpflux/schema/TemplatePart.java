package dev.mcpflux.schema;

import io.github.stduritemplate.StdUriTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A part of a URI template. */
sealed interface TemplatePart {

    List<String> names();

    String expand(String template, Map<String, ?> values);

    /**
     * What stands outside of the braces.
     *
     * @param encoded the text, encoded where a URI needs it (RFC 6570, section 3.1)
     */
    record Literal(String encoded) implements TemplatePart {

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public String expand(String template, Map<String, ?> values) {
            return encoded;
        }
    }

    /**
     * A variable within an expression.
     *
     * @param maxLength of its value in characters, 0 if it is not to be cut
     * @param explode whether each item of a list or a map comes by itself
     */
    record Variable(String name, int maxLength, boolean explode) {}

    /**
     * What stands within a pair of braces.
     *
     * @param at where it begins
     * @param operator one of {@code + # . / ; ? &}, or empty
     */
    record Expression(int at, String operator, List<Variable> variables) implements TemplatePart {

        @Override
        public List<String> names() {
            return variables.stream().map(Variable::name).toList();
        }

        @Override
        public String expand(String template, Map<String, ?> values) {
            List<String> expanded = new ArrayList<>();
            for (Variable variable : variables) {
                Object value = values.get(variable.name());
                if (value != null && TemplateValue.isDefined(value)) {
                    expanded.add(one(template, variable, value));
                }
            }
            return expanded.isEmpty() ? "" : prefix() + String.join(separator(), expanded);
        }

        /** Leaves the work to the library, variable by variable, so that its result can be set right. */
        private String one(String template, Variable variable, Object value) {
            Object plain;
            try {
                plain = TemplateValue.plain(value, variable.maxLength());
            } catch (IllegalArgumentException unfit) {
                throw UriTemplate.problem(template, at, "the value of '" + variable.name() + "' " + unfit.getMessage());
            }
            String expression = "{" + operator + variable.name() + (variable.explode() ? "*" : "") + "}";
            String expanded = StdUriTemplate.expand(expression, Map.of(variable.name(), plain));
            return corrected(variable, plain, expanded.substring(prefix().length()));
        }

        /** What the library does otherwise than RFC 6570. */
        private String corrected(Variable variable, Object plain, String expanded) {
            if (operator.equals("+") || operator.equals("#")) {
                // leaves characters that no URI has (section 3.2.3)
                return encodedWhereNeeded(expanded);
            }
            // encodes as HTML forms do, where ~ is reserved and * is not (section 1.5)
            String uri = expanded.replace("%7E", "~").replace("*", "%2A");
            if (operator.equals(";") && !(plain instanceof String)) {
                String name = variable.name();
                if (variable.explode()) {
                    // a member without a value has no = (section 3.2.7); one within a value is encoded
                    return uri.replaceAll("=(?=;|$)", "");
                }
                if (uri.startsWith(name + ",")) {
                    // forgets the = when the first of several is empty
                    return name + "=" + uri.substring(name.length());
                }
            }
            return uri;
        }

        private String prefix() {
            return operator.equals("+") ? "" : operator;
        }

        private String separator() {
            return switch (operator) {
                case "", "+", "#" -> ",";
                case "?" -> "&";
                default -> operator;
            };
        }
    }

    /** Keeps what a URI may have, encoded octets among it, and encodes the rest. */
    static String encodedWhereNeeded(String text) {
        StringBuilder uri = new StringBuilder();
        text.codePoints().forEach(c -> {
            boolean kept = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~:/?#[]@!$&'()*+,;=%".indexOf(c) >= 0);
            if (kept) {
                uri.appendCodePoint(c);
            } else {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    uri.append('%').append(String.format("%02X", octet));
                }
            }
        });
        return uri.toString();
    }
}
