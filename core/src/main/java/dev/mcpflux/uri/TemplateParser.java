package dev.mcpflux.uri;

import dev.mcpflux.uri.TemplatePart.Expression;
import dev.mcpflux.uri.TemplatePart.Literal;
import dev.mcpflux.uri.TemplatePart.Variable;
import java.util.ArrayList;
import java.util.List;

/** The grammar of RFC 6570, section 2. */
final class TemplateParser {

    private static final String RESERVED = "=!@|";
    private static final int LONGEST_PREFIX = 9999;

    /** Marks the end: Unicode assigns no character to this number. */
    private static final char END = '\uFFFF';

    private final String template;
    private int at;

    TemplateParser(String template) {
        this.template = template;
    }

    List<TemplatePart> parts() {
        List<TemplatePart> parts = new ArrayList<>();
        while (at < template.length()) {
            parts.add(here() == '{' ? expression() : literal());
        }
        return List.copyOf(parts);
    }

    private Literal literal() {
        int begin = at;
        StringBuilder text = new StringBuilder();
        while (at < template.length() && here() != '{') {
            if (here() == '}') {
                throw problem(at, "a closing brace without an opening one");
            }
            if (here() == '%' && !isTriplet()) {
                throw problem(at, "a percent sign that encodes nothing");
            }
            text.append(template.charAt(at++));
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw problem(begin, "half a character");
        }
        return new Literal(PercentEncoding.encodeWhereNeeded(text.toString()));
    }

    private Expression expression() {
        int begin = at++;
        Operator operator = Operator.of(here());
        if (operator != Operator.SIMPLE) {
            at++;
        } else if (RESERVED.indexOf(here()) >= 0) {
            throw problem(at, "the operator '" + here() + "' is reserved");
        }
        List<Variable> variables = new ArrayList<>();
        variables.add(variable());
        while (here() == ',') {
            at++;
            variables.add(variable());
        }
        if (here() == END) {
            throw problem(begin, "an expression that is not closed");
        }
        if (here() != '}') {
            throw unexpected("a comma, a modifier or a closing brace");
        }
        at++;
        return new Expression(begin, operator, List.copyOf(variables));
    }

    private Variable variable() {
        String name = name();
        if (here() == '*') {
            at++;
            return new Variable(name, 0, true);
        }
        if (here() == ':') {
            at++;
            return new Variable(name, prefix(), false);
        }
        return new Variable(name, 0, false);
    }

    private String name() {
        int begin = at;
        boolean dotAllowed = false;
        while (isNameCharacter() || isTriplet() || (here() == '.' && dotAllowed)) {
            dotAllowed = here() != '.';
            at += here() == '%' ? 3 : 1;
        }
        if (at == begin || !dotAllowed) {
            throw unexpected("the name of a variable");
        }
        return template.substring(begin, at);
    }

    private int prefix() {
        int begin = at;
        while (here() >= '0' && here() <= '9') {
            at++;
        }
        String digits = template.substring(begin, at);
        if (digits.isEmpty() || digits.startsWith("0") || digits.length() > 4) {
            throw problem(begin, "a length is from 1 to " + LONGEST_PREFIX + ", without leading zeros");
        }
        return Integer.parseInt(digits);
    }

    private boolean isNameCharacter() {
        char c = here();
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private boolean isTriplet() {
        return PercentEncoding.isTriplet(template, at);
    }

    private char here() {
        return at < template.length() ? template.charAt(at) : END;
    }

    private IllegalArgumentException unexpected(String expected) {
        return problem(
                at, at == template.length() ? "ends where " + expected + " is expected" : expected + " is expected");
    }

    private IllegalArgumentException problem(int where, String what) {
        return UriTemplate.problem(template, where, what);
    }
}
