package dev.mcpflux.uri;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A part of a URI template. */
sealed interface TemplatePart {

    List<String> names();

    String expand(String template, Map<String, ?> values);

    /**
     * Text outside of braces.
     *
     * @param encoded the text, encoded as a URI requires (RFC 6570, section 3.1)
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
     * @param maxLength of its value in characters, 0 without a limit
     * @param explode whether each item of a list or a map is expanded separately
     */
    record Variable(String name, int maxLength, boolean explode) {}

    /**
     * The content of a pair of braces.
     *
     * @param at its position
     */
    record Expression(int at, Operator operator, List<Variable> variables) implements TemplatePart {

        @Override
        public List<String> names() {
            return variables.stream().map(Variable::name).toList();
        }

        boolean explodes() {
            return variables.stream().anyMatch(Variable::explode);
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
            return expanded.isEmpty() ? "" : operator.prefix() + String.join(operator.separator(), expanded);
        }

        private String one(String template, Variable variable, Object value) {
            Object plain;
            try {
                plain = TemplateValue.plain(value, variable.maxLength());
            } catch (IllegalArgumentException unfit) {
                throw UriTemplate.problem(template, at, "the value of '" + variable.name() + "' " + unfit.getMessage());
            }
            if (variable.explode() && !(plain instanceof String)) {
                return exploded(variable, plain);
            }
            String encoded = plain instanceof Map<?, ?> map
                    ? joined(map, ",", ",")
                    : plain instanceof List<?> list ? joined(list) : operator.encode((String) plain);
            return operator.named() ? operator.pair(variable.name(), encoded) : encoded;
        }

        /** Expands each item separately, with the separator of the expression (section 3.2.1). */
        private String exploded(Variable variable, Object plain) {
            if (plain instanceof Map<?, ?> map) {
                return operator.named()
                        ? join(map.entrySet().stream()
                                .map(e -> operator.pair(encode(e.getKey()), encode(e.getValue())))
                                .toList())
                        : joined(map, "=", operator.separator());
            }
            return join(((List<?>) plain)
                    .stream()
                            .map(item -> operator.named() ? operator.pair(variable.name(), encode(item)) : encode(item))
                            .toList());
        }

        private String joined(List<?> list) {
            return String.join(",", list.stream().map(this::encode).toList());
        }

        private String joined(Map<?, ?> map, String within, String between) {
            return String.join(
                    between,
                    map.entrySet().stream()
                            .map(e -> encode(e.getKey()) + within + encode(e.getValue()))
                            .toList());
        }

        private String join(List<String> items) {
            return String.join(operator.separator(), items);
        }

        private String encode(Object text) {
            return operator.encode((String) text);
        }
    }
}
