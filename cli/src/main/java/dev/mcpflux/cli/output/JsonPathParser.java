package dev.mcpflux.cli.output;

import dev.mcpflux.cli.output.JsonPath.Path;
import dev.mcpflux.cli.output.JsonPath.Step;
import dev.mcpflux.cli.output.JsonPath.TemplatePart;
import java.util.ArrayList;
import java.util.List;

/** Reads templates of {@link JsonPath}. */
final class JsonPathParser {

    private final String text;
    private int at;

    private JsonPathParser(String text) {
        this.text = text;
    }

    static List<TemplatePart> template(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("jsonpath: an expression is missing, such as {.items[*].name}");
        }
        JsonPathParser parser = new JsonPathParser(text.indexOf('{') < 0 ? "{" + text + "}" : text);
        List<TemplatePart> parts = parser.parts(false);
        if (parser.at < parser.text.length()) {
            throw parser.problem("{end} without {range …}");
        }
        return parts;
    }

    private List<TemplatePart> parts(boolean inRange) {
        List<TemplatePart> parts = new ArrayList<>();
        while (at < text.length()) {
            int brace = text.indexOf('{', at);
            if (brace != at) {
                int end = brace < 0 ? text.length() : brace;
                parts.add(new TemplatePart.Text(text.substring(at, end)));
                at = end;
                continue;
            }
            if (text.startsWith("{end}", at)) {
                if (inRange) {
                    at += 5;
                }
                return parts;
            }
            at++;
            blanks();
            parts.add(inBraces());
        }
        if (inRange) {
            throw problem("{range …} has no {end}");
        }
        return parts;
    }

    private TemplatePart inBraces() {
        if (text.startsWith("range ", at)) {
            at += 6;
            blanks();
            Path path = path();
            close();
            return new TemplatePart.Range(path, parts(true));
        }
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
            String literal = quoted();
            close();
            return new TemplatePart.Text(literal);
        }
        Path path = path();
        close();
        return new TemplatePart.Value(path);
    }

    private void close() {
        blanks();
        expect('}');
    }

    private Path path() {
        boolean root = at < text.length() && text.charAt(at) == '$';
        if (root || (at < text.length() && text.charAt(at) == '@')) {
            at++;
        } else if (at < text.length() && isName(text.charAt(at))) {
            return new Path(false, steps(new ArrayList<>(List.of(new Step.Member(name())))));
        }
        return new Path(root, steps(new ArrayList<>()));
    }

    private List<Step> steps(List<Step> steps) {
        while (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == '[')) {
            if (text.charAt(at) == '[') {
                at++;
                steps.add(inBrackets());
                expect(']');
            } else if (text.startsWith("..", at)) {
                at += 2;
                steps.add(new Step.Anywhere(name()));
            } else {
                at++;
                if (at < text.length() && text.charAt(at) == '*') {
                    at++;
                    steps.add(new Step.All());
                } else if (at < text.length() && isName(text.charAt(at))) {
                    steps.add(new Step.Member(name()));
                } else if (at < text.length() && text.charAt(at) != '[' && text.charAt(at) != '}') {
                    throw problem("a name or * is expected behind the point");
                }
            }
        }
        return steps;
    }

    private Step inBrackets() {
        if (at >= text.length()) {
            throw problem("']' is missing");
        }
        char c = text.charAt(at);
        if (c == '*') {
            at++;
            return new Step.All();
        }
        if (c == '"' || c == '\'') {
            return new Step.Member(quoted());
        }
        if (text.startsWith("?(", at)) {
            at += 2;
            return filter();
        }
        if (c == ':') {
            at++;
            return new Step.Slice(0, end());
        }
        int first = number();
        if (at < text.length() && text.charAt(at) == ':') {
            at++;
            return new Step.Slice(first, end());
        }
        return new Step.Element(first);
    }

    private int end() {
        return at < text.length() && text.charAt(at) == ']' ? Integer.MAX_VALUE : number();
    }

    private Step filter() {
        Path path = path();
        blanks();
        String operator = text.startsWith("==", at) ? "==" : text.startsWith("!=", at) ? "!=" : "";
        String value = "";
        if (!operator.isEmpty()) {
            at += 2;
            blanks();
            boolean quoted = at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'');
            value = quoted ? quoted() : bare();
        }
        blanks();
        expect(')');
        return new Step.Filter(path, operator, value);
    }

    private String bare() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != ')' && text.charAt(at) != ' ') {
            at++;
        }
        return text.substring(begin, at);
    }

    private String quoted() {
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                value.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
            } else {
                value.append(c);
            }
        }
        expect(quote);
        return value.toString();
    }

    private String name() {
        int begin = at;
        while (at < text.length() && isName(text.charAt(at))) {
            at++;
        }
        if (begin == at) {
            throw problem("a name is expected");
        }
        return text.substring(begin, at);
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '/';
    }

    private int number() {
        int begin = at;
        if (at < text.length() && text.charAt(at) == '-') {
            at++;
        }
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        try {
            return Integer.parseInt(text.substring(begin, at));
        } catch (NumberFormatException e) {
            at = begin;
            throw problem("a number, *, a quoted name or ?(…) is expected");
        }
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private void expect(char c) {
        if (at >= text.length() || text.charAt(at) != c) {
            throw problem("'" + c + "' is expected");
        }
        at++;
    }

    private IllegalArgumentException problem(String what) {
        return new IllegalArgumentException("jsonpath: " + what + " at column " + (at + 1) + " of " + text);
    }
}
