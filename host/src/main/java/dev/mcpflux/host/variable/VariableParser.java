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
            return end >= 0 && add(expression(text.substring(at + 2, end), text.substring(at, end + 1)), end + 1);
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
                    && isName(name)
                    && add(
                            new Refused(
                                    "\"{{" + name + "}}\" is a variable of the signed-in user of LibreChat; write the"
                                            + " value, or a variable of the environment"),
                            end + 1);
        }
        if (placeholders) {
            return isKey(inner) && add(new Variable(Kind.INPUT, inner, null, written), end + 1);
        }
        if (inner.startsWith("env:")) {
            String name = inner.substring("env:".length()).strip();
            return isName(name) && add(new Variable(Kind.ENVIRONMENT, name, null, written), end + 1);
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
        while (end < text.length() && isNamePart(text.charAt(end), end == from)) {
            end++;
        }
        return end;
    }

    // -- what stands between ${ and }

    private @Nullable VariablePart expression(String inner, String written) {
        if (style.has(Notation.NAMESPACES)) {
            return namespaced(inner, written);
        }
        if (style.has(Notation.ALTERNATIVES)) {
            int bar = inner.indexOf('|');
            if (bar >= 0) {
                String rest = inner.substring(bar + 1).strip();
                VariablePart first = simple(inner.substring(0, bar).strip(), written);
                return first instanceof Variable variable
                        ? new Variable(variable.kind(), variable.name(), "${" + rest + "}", written)
                        : first;
            }
        }
        return simple(inner, written);
    }

    private @Nullable VariablePart namespaced(String inner, String written) {
        if (!inner.startsWith("{") || !inner.endsWith("}")) {
            return null;
        }
        String path = inner.substring(1, inner.length() - 1).strip();
        if (path.startsWith("inputs.") && isKey(path.substring("inputs.".length()))) {
            return new Variable(Kind.INPUT, path.substring("inputs.".length()), null, written);
        }
        if (path.startsWith("secrets.")) {
            // the last segment is the name; those before it are the owner of a shared secret
            String name = path.substring(path.lastIndexOf('.') + 1);
            return isKey(name) ? new Variable(Kind.SECRET, name, null, written) : null;
        }
        return new Refused("\"${{…}}\" knows secrets.NAME and inputs.NAME, and this is neither");
    }

    private @Nullable VariablePart simple(String inner, String written) {
        int colon = inner.indexOf(':');
        String scheme = colon < 0 ? "" : inner.substring(0, colon);
        String rest = inner.substring(colon + 1);
        switch (scheme) {
            case "env":
                return style.has(Notation.ENV) ? named(Kind.ENVIRONMENT, rest, written) : unknown(inner, written);
            case "input":
                return !style.has(Notation.INPUT)
                        ? unknown(inner, written)
                        : rest.isBlank()
                                ? new Refused("expected the id of an input after \"${input:\"")
                                : new Variable(Kind.INPUT, rest.strip(), null, written);
            case "secret", "keychain":
                return style.has(Notation.SECRET) ? named(Kind.SECRET, rest, written) : unknown(inner, written);
            case "file":
                return !style.has(Notation.FILE)
                        ? unknown(inner, written)
                        : rest.isBlank()
                                ? new Refused("expected the path of a file after \"${file:\"")
                                : new Variable(Kind.FILE, rest.strip(), null, written);
            case "op":
                return style.has(Notation.ONE_PASSWORD)
                        ? new Variable(Kind.SECRET, inner, null, written)
                        : unknown(inner, written);
            case "value":
                return style.has(Notation.VALUE) ? new Text(rest) : unknown(inner, written);
            default:
                return isFolder(inner)
                        ? new Variable(Kind.FOLDER, inner, null, written)
                        : style.has(Notation.USER_CONFIG) && inner.startsWith("user_config.")
                                ? new Variable(Kind.INPUT, inner.substring("user_config.".length()), null, written)
                                : style.has(Notation.NAME) ? named(inner, written) : unknown(inner, written);
        }
    }

    private boolean isFolder(String inner) {
        return switch (inner) {
            case "workspaceFolder", "workspaceFolderBasename" -> style.has(Notation.WORKSPACE);
            case "userHome" -> style.has(Notation.USER_HOME);
            case "pathSeparator", "/" -> style.has(Notation.SEPARATOR);
            case "__dirname", "HOME", "DESKTOP", "DOCUMENTS", "DOWNLOADS" -> style.has(Notation.BUNDLE_FOLDERS);
            default -> false;
        };
    }

    /** A name without a prefix. */
    private @Nullable VariablePart named(String inner, String written) {
        int split = style.has(Notation.DEFAULT) ? inner.indexOf(":-") : -1;
        String name = split < 0 ? inner : inner.substring(0, split);
        return isName(name)
                ? new Variable(Kind.ENVIRONMENT, name, split < 0 ? null : inner.substring(split + 2), written)
                : unknown(inner, written);
    }

    /** A name behind a prefix. */
    private VariablePart named(Kind kind, String rest, String written) {
        int split = style.has(Notation.DEFAULT) ? rest.indexOf(":-") : -1;
        String name = split < 0 ? rest : rest.substring(0, split);
        String fallback = split < 0 ? null : rest.substring(split + 2);
        if (kind == Kind.ENVIRONMENT ? isName(name) : isKey(name)) {
            return new Variable(kind, name, fallback, written);
        }
        return new Refused(
                kind == Kind.ENVIRONMENT
                        ? "expected the name of a variable after \"${env:\""
                        : "expected the name of a secret after \"${secret:\": letters, digits and _ . - /");
    }

    /** What is no variable of the style: a variable of another program is refused, anything else stays. */
    private @Nullable VariablePart unknown(String inner, String written) {
        switch (style) {
            case MCPFLUX:
                if (inner.startsWith("{") || isNamePart(inner.isEmpty() ? ' ' : inner.charAt(0), true)) {
                    int colon = inner.indexOf(':');
                    if (inner.startsWith("{") || (colon > 0 && isWord(inner.substring(0, colon)))) {
                        return new Refused("\"${" + (inner.startsWith("{") ? "{" : inner.substring(0, colon + 1))
                                + "…}\" is a variable of another host; expected ${NAME} or ${NAME:-default}, of the"
                                + " environment ($${ for ${ itself)");
                    }
                }
                return null;
            case CLAUDE:
                return inner.startsWith("user_config.")
                        ? new Refused(
                                "\"${user_config.…}\" is an option of a plugin of Claude Code; write the value, or a"
                                        + " variable of the environment")
                        : null;
            case VSCODE, CURSOR:
                int colon = inner.indexOf(':');
                String scheme = colon < 0 ? inner : inner.substring(0, colon);
                return switch (scheme) {
                    case "config", "command", "extensionInstallFolder", "workspaceFolder", "file", "input" ->
                        new Refused(
                                "\"${" + scheme + "…}\" is a variable of the editor, which has no value here; write the"
                                        + " value, or a variable of the environment");
                    default -> null;
                };
            case CRUSH:
                return inner.isEmpty() || !isNamePart(inner.charAt(0), true)
                        ? null
                        : new Refused(
                                "of the expansions of a shell only $NAME, ${NAME} and ${NAME:-default} are known");
            default:
                return null;
        }
    }

    // -- names

    private static boolean isNamePart(char c, boolean first) {
        return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (!first && c >= '0' && c <= '9');
    }

    /** Whether a text is a name of a variable of the environment. */
    static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isNamePart(name.charAt(i), i == 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isWord(String text) {
        return text.chars().allMatch(c -> c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    }

    /** Whether a text is a name of an input or a secret: no option of a program, and nothing that a path would mean. */
    static boolean isKey(String name) {
        if (name.isEmpty() || name.length() > 256 || "-./".indexOf(name.charAt(0)) >= 0) {
            return false;
        }
        return name.chars()
                .allMatch(c -> c == '_'
                        || c == '-'
                        || c == '.'
                        || c == '/'
                        || (c >= 'A' && c <= 'Z')
                        || (c >= 'a' && c <= 'z')
                        || (c >= '0' && c <= '9'));
    }
}
