package dev.mcpflux.uri;

import dev.mcpflux.uri.TemplatePart.Expression;
import dev.mcpflux.uri.TemplatePart.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Splits expanded expressions into the values of their variables. */
final class MatchedValues {

    private final Map<String, Object> values = new HashMap<>();

    /** Splits the text of an expression; in an empty one no variable has a value. */
    void add(Expression expression, String expanded) {
        Operator operator = expression.operator();
        int prefix = operator.prefix().length();
        if (expanded.length() < Math.max(1, prefix)) {
            return;
        }
        List<String> pieces = List.of(
                expanded.substring(prefix).split(operator.separator().equals(".") ? "\\." : operator.separator(), -1));
        if (operator.named()) {
            named(expression, pieces);
        } else {
            inOrderOf(expression, pieces);
        }
    }

    /** The variables with a value, in the order of the template. */
    Map<String, Object> inOrder(List<TemplatePart> parts) {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (TemplatePart part : parts) {
            for (String name : part.names()) {
                Object value = values.get(name);
                if (value != null) {
                    ordered.put(name, value);
                }
            }
        }
        return Collections.unmodifiableMap(ordered);
    }

    /** Assigns values by their names; an unknown name belongs to a map, or is ignored. */
    private void named(Expression expression, List<String> pieces) {
        Map<String, Variable> variables = new HashMap<>();
        expression.variables().forEach(variable -> variables.putIfAbsent(variable.name(), variable));
        Variable exploded = expression.variables().stream()
                .filter(Variable::explode)
                .findFirst()
                .orElse(null);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Map<String, String> members = new LinkedHashMap<>();
        for (String piece : pieces) {
            int equals = piece.indexOf('=');
            String name = equals < 0 ? piece : piece.substring(0, equals);
            String value = equals < 0 ? "" : PercentEncoding.decode(piece.substring(equals + 1));
            Variable variable = variables.get(name);
            if (variable == null) {
                members.put(PercentEncoding.decode(name), value);
            } else if (variable.explode()) {
                lists.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            } else {
                values.put(name, value);
            }
        }
        if (exploded != null && !members.isEmpty()) {
            values.put(exploded.name(), Collections.unmodifiableMap(members));
        }
        lists.forEach((name, list) -> values.put(name, List.copyOf(list)));
    }

    /** An exploded variable takes the remaining values; without one, the last variable takes the rest as one text. */
    private void inOrderOf(Expression expression, List<String> pieces) {
        Operator operator = expression.operator();
        List<Variable> variables = expression.variables();
        boolean explodes = expression.explodes();
        int spare = Math.max(0, pieces.size() - variables.size());
        int next = 0;
        for (int i = 0; i < variables.size() && next < pieces.size(); i++) {
            Variable variable = variables.get(i);
            boolean takesTheRest = explodes ? variable.explode() : i == variables.size() - 1;
            List<String> taken = pieces.subList(next, next + 1 + (takesTheRest ? spare : 0));
            next += taken.size();
            spare = takesTheRest ? 0 : spare;
            values.put(
                    variable.name(),
                    variable.explode()
                            ? taken.stream().map(operator::decode).toList()
                            : operator.decode(String.join(operator.separator(), taken)));
        }
    }
}
