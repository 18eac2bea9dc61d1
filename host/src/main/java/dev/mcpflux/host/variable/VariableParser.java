package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariablePart.Refused;
import dev.mcpflux.host.variable.VariablePart.Text;
import dev.mcpflux.host.variable.VariablePart.Variable;
import dev.mcpflux.host.variable.VariableReference.Kind;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the variables of a text. Defaults are not parsed before they are needed. */
final class VariableParser {

    /** The longest that stands between two braces, in UTF-16 units. */
    private static final int MAX_EXPRESSION = 8192;

    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final String SEPARATOR = " | ";

    private final String text;
    private final VariableStyle style;
    private final boolean windows;
    private final List<VariablePart> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int at;

    private VariableParser(String text, VariableStyle style, boolean windows) {
        this.text = text;
        this.style = style;
        this.windows = windows;
    }

    static List<VariablePart> parse(String text, VariableStyle style) {
        return parse(text, style, WINDOWS);
    }

    static List<VariablePart> parse(String text, VariableStyle style, boolean windows) {
        return new VariableParser(text, style, windows).parse();
    }

    private List<VariablePart> parse() {
        while (at < text.length()) {
            if (!next()) {
                literal.append(text.charAt(at));
                at++;
            }
        }
        flush();
        return parts;
    }

    /** Takes a variable at the current place; false if there is none. */
    private boolean next() {
        switch (text.charAt(at)) {
            case '$':
                return dollar();
            case '{':
                return brace();
            case '%':
                return style.has(Notation.PERCENT) && windows && percent();
            default:
                return false;
        }
    }

    private boolean dollar() {
        if (style.has(Notation.ESCAPE) && text.startsWith("$${", at)) {
            literal.append("${");
            at += 3;
            return true;
        }
        if (text.startsWith("${", at)) {
            int end = closing(at + 2);
            return end >= 0
                    && add(
                            new BraceExpression(style, text.substring(at, end + 1)).parse(text.substring(at + 2, end)),
                            end + 1);
        }
        if (style == VariableStyle.CRUSH && text.startsWith("$(", at)) {
            return add(
                    new Refused(
                            "it runs a command, \"$(…)\", which is never done; put its output into a variable of the"
                                    + " environment"),
                    at + 2);
        }
        if (style.has(Notation.BARE)) {
            int end = nameEnd(at + 1);
            if (end > at + 1) {
                String name = text.substring(at + 1, end);
                return add(new Variable(Kind.ENVIRONMENT, name, null, "$" + name), end);
            }
        }
        return false;
    }

    private boolean percent() {
        int end = nameEnd(at + 1);
        if (end == at + 1 || end >= text.length() || text.charAt(end) != '%') {
            return false;
        }
        String name = text.substring(at + 1, end);
        return add(new Variable(Kind.ENVIRONMENT, name, null, "%" + name + "%"), end + 1);
    }

    private boolean brace() {
        boolean single = style.has(Notation.SINGLE_BRACES);
        boolean placeholders = style.has(Notation.PLACEHOLDERS);
        boolean user = style == VariableStyle.LIBRECHAT && text.startsWith("{{", at);
        int end = single || placeholders || user ? closing(at + 1) : -1;
        if (end < 0) {
            return false;
        }
        String inner = text.substring(at + 1, end);
        String written = text.substring(at, end + 1);
        if (user) {
            String name = inner.substring(1, inner.length() - 1).strip();
            return inner.endsWith("}")
                    && BraceExpression.isName(name)
                    && add(
                            new Refused(
                                    "\"{{" + name + "}}\" is a variable of the signed-in user of LibreChat; write the"
                                            + " value, or a variable of the environment"),
                            end + 1);
        }
        if (placeholders) {
            return BraceExpression.isKey(inner) && add(new Variable(Kind.INPUT, inner, null, written), end + 1);
        }
        if (inner.startsWith("env:")) {
            String name = inner.substring("env:".length()).strip();
            return BraceExpression.isName(name) && add(new Variable(Kind.ENVIRONMENT, name, null, written), end + 1);
        }
        return inner.startsWith("file:")
                && inner.length() > "file:".length()
                && add(new Variable(Kind.FILE, inner.substring("file:".length()).strip(), null, written), end + 1);
    }

    /** Adds a part and goes on behind it; false without one. */
    private boolean add(@Nullable VariablePart part, int end) {
        if (part == null) {
            return false;
        }
        at = end;
        VariablePart whole = part;
        String others = style.has(Notation.ALTERNATIVES) ? alternatives() : null;
        if (others != null) {
            at += SEPARATOR.length() + others.length();
            if (part instanceof Variable first) {
                String own = first.fallback();
                whole = new Variable(
                        first.kind(), first.name(), own == null ? others : own + SEPARATOR + others, first.written());
            }
        }
        flush();
        parts.add(whole);
        return true;
    }

    /** What follows behind {@code " | "}, as far as it consists of variables with {@code " | "} between them. */
    private @Nullable String alternatives() {
        int end = at;
        while (text.startsWith(SEPARATOR + "${", end)) {
            int close = closing(end + SEPARATOR.length() + 2);
            if (close < 0) {
                break;
            }
            end = close + 1;
        }
        return end == at ? null : text.substring(at + SEPARATOR.length(), end);
    }

    private void flush() {
        if (!literal.isEmpty()) {
            parts.add(new Text(literal.toString()));
            literal.setLength(0);
        }
    }

    /** Where the brace is closed that was opened before a place, or -1. */
    private int closing(int from) {
        int open = 1;
        int most = Math.min(text.length(), from + MAX_EXPRESSION);
        for (int i = from; i < most; i++) {
            if (text.charAt(i) == '{') {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    private int nameEnd(int from) {
        int end = from;
        while (end < text.length() && BraceExpression.isNamePart(text.charAt(end), end == from)) {
            end++;
        }
        return end;
    }
}
