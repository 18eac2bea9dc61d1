package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariablePart.Refused;
import dev.mcpflux.host.variable.VariablePart.Text;
import dev.mcpflux.host.variable.VariablePart.Variable;
import dev.mcpflux.host.variable.VariableReference.Kind;
import org.jspecify.annotations.Nullable;

/** What stands between <code>$&#123;</code> and the brace that closes it. */
final class BraceExpression {

    private final VariableStyle style;
    private final String written;

    /**
     * An expression.
     *
     * @param written as it stands in the text, with its braces
     */
    BraceExpression(VariableStyle style, String written) {
        this.style = style;
        this.written = written;
    }

    /**
     * The variable, or what is wrong with it; null if it is none, and stands for itself.
     *
     * @param inner without the braces
     */
    @Nullable
    VariablePart parse(String inner) {
        if (style.has(Notation.NAMESPACES)) {
            return namespaced(inner);
        }
        if (style.has(Notation.ALTERNATIVES)) {
            int bar = inner.indexOf('|');
            if (bar >= 0) {
                String rest = inner.substring(bar + 1).strip();
                VariablePart first = simple(inner.substring(0, bar).strip());
                return first instanceof Variable variable
                        ? new Variable(variable.kind(), variable.name(), "${" + rest + "}", written)
                        : first;
            }
        }
        return simple(inner);
    }

    private @Nullable VariablePart namespaced(String inner) {
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

    private @Nullable VariablePart simple(String inner) {
        int colon = inner.indexOf(':');
        String scheme = colon < 0 ? "" : inner.substring(0, colon);
        String rest = inner.substring(colon + 1);
        if (style.has(Notation.NAME) && style.has(Notation.DEFAULT) && rest.startsWith("-")) {
            // a name like "secret", with a default
            return named(inner);
        }
        switch (scheme) {
            case "env":
                return style.has(Notation.ENV) ? named(Kind.ENVIRONMENT, rest) : unknown(inner);
            case "input":
                return !style.has(Notation.INPUT)
                        ? unknown(inner)
                        : rest.isBlank()
                                ? new Refused("expected the id of an input after \"${input:\"")
                                : new Variable(Kind.INPUT, rest.strip(), null, written);
            case "secret", "keychain":
                return style.has(Notation.SECRET) ? named(Kind.SECRET, rest) : unknown(inner);
            case "file":
                return !style.has(Notation.FILE)
                        ? unknown(inner)
                        : rest.isBlank()
                                ? new Refused("expected the path of a file after \"${file:\"")
                                : new Variable(Kind.FILE, rest.strip(), null, written);
            case "op":
                return style.has(Notation.ONE_PASSWORD)
                        ? new Variable(Kind.SECRET, inner, null, written)
                        : unknown(inner);
            case "value":
                return style.has(Notation.VALUE) ? new Text(rest) : unknown(inner);
            default:
                return isFolder(inner)
                        ? new Variable(Kind.FOLDER, inner, null, written)
                        : style.has(Notation.USER_CONFIG) && inner.startsWith("user_config.")
                                ? new Variable(Kind.INPUT, inner.substring("user_config.".length()), null, written)
                                : style.has(Notation.NAME) ? named(inner) : unknown(inner);
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
    private @Nullable VariablePart named(String inner) {
        int split = style.has(Notation.DEFAULT) ? inner.indexOf(":-") : -1;
        String name = split < 0 ? inner : inner.substring(0, split);
        return isName(name)
                ? new Variable(Kind.ENVIRONMENT, name, split < 0 ? null : inner.substring(split + 2), written)
                : unknown(inner);
    }

    /** A name behind a prefix. */
    private VariablePart named(Kind kind, String rest) {
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
    private @Nullable VariablePart unknown(String inner) {
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

    static boolean isNamePart(char c, boolean first) {
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
