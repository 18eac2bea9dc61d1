package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariablePart.Text;
import dev.mcpflux.host.variable.VariablePart.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the variables of a text of one style in another one. */
final class VariableTranslation {

    private static final String ONE_PASSWORD = "op:";

    private final VariableStyle from;
    private final VariableStyle to;

    VariableTranslation(VariableStyle from, VariableStyle to) {
        this.from = from;
        this.to = to;
    }

    /** The text in the other style, or null if that has no way to write it. */
    @Nullable
    String translate(String text) {
        return translate(text, 0);
    }

    private @Nullable String translate(String text, int depth) {
        if (depth > Expansion.MAX_NESTING) {
            return null;
        }
        StringBuilder translated = new StringBuilder();
        for (VariablePart part : VariableParser.parse(text, from)) {
            String written = part instanceof Text literal
                    ? to.quote(literal.text())
                    : part instanceof Variable variable ? variable(variable, depth) : null;
            if (written == null) {
                return null;
            }
            translated.append(written);
        }
        String whole = translated.toString();
        // what were two pieces may look like a variable side by side
        return isSame(text, whole) ? whole : null;
    }

    private boolean isSame(String text, String translated) {
        return shape(text, from).equals(shape(translated, to));
    }

    private static List<String> shape(String text, VariableStyle style) {
        List<String> shape = new ArrayList<>();
        for (VariablePart part : VariableParser.parse(text, style)) {
            if (part instanceof Variable variable) {
                String fallback = variable.fallback();
                shape.add(variable.name() + (fallback == null || fallback.isEmpty() ? "" : " or another"));
            } else {
                shape.add(part.toString());
            }
        }
        return shape;
    }

    private @Nullable String variable(Variable variable, int depth) {
        String fallback = variable.fallback();
        String other = fallback == null ? null : translate(fallback, depth + 1);
        if (fallback != null && other == null) {
            return null;
        }
        String name = variable.name();
        return switch (variable.kind()) {
            case ENVIRONMENT -> environment(name, other == null ? emptyIfUnset() : other);
            case INPUT -> other != null ? null : input(name);
            case SECRET -> secret(name, other);
            case FILE ->
                other != null
                        ? null
                        : to.has(Notation.FILE)
                                ? "${file:" + name + "}"
                                : to.has(Notation.SINGLE_BRACES) ? "{file:" + name + "}" : null;
            case FOLDER -> other == null && hasFolder(name) ? "${" + name + "}" : null;
        };
    }

    /** A variable that is empty where it is not set stays so, as far as the other style can say it. */
    private @Nullable String emptyIfUnset() {
        return from.unset() == VariableStyle.Unset.EMPTY
                        && to.unset() != VariableStyle.Unset.EMPTY
                        && to.has(Notation.DEFAULT)
                ? ""
                : null;
    }

    private @Nullable String environment(String name, @Nullable String fallback) {
        if (fallback != null && !to.has(Notation.DEFAULT)) {
            return null;
        }
        String end = fallback == null ? "" : ":-" + fallback;
        return to.has(Notation.NAME)
                ? "${" + name + end + "}"
                : to.has(Notation.ENV)
                        ? "${env:" + name + end + "}"
                        : to.has(Notation.SINGLE_BRACES)
                                ? "{env:" + name + "}"
                                : to.has(Notation.NAMESPACES) ? "${{ secrets." + name + " }}" : null;
    }

    private @Nullable String input(String name) {
        return to.has(Notation.INPUT)
                ? "${input:" + name + "}"
                : to.has(Notation.NAMESPACES)
                        ? "${{ inputs." + name + " }}"
                        : to.has(Notation.USER_CONFIG)
                                ? "${user_config." + name + "}"
                                : to.has(Notation.PLACEHOLDERS) ? "{" + name + "}" : null;
    }

    private @Nullable String secret(String name, @Nullable String fallback) {
        if (name.startsWith(ONE_PASSWORD)) {
            return fallback == null && to.has(Notation.ONE_PASSWORD) ? "${" + name + "}" : null;
        }
        if (to.has(Notation.NAMESPACES)) {
            return fallback == null ? "${{ secrets." + name + " }}" : null;
        }
        return !to.has(Notation.SECRET) || (fallback != null && !to.has(Notation.DEFAULT))
                ? null
                : "${secret:" + name + (fallback == null ? "" : ":-" + fallback) + "}";
    }

    private boolean hasFolder(String name) {
        return switch (name) {
            case "workspaceFolder", "workspaceFolderBasename" -> to.has(Notation.WORKSPACE);
            case "userHome" -> to.has(Notation.USER_HOME);
            case "pathSeparator", "/" -> to.has(Notation.SEPARATOR);
            default -> to.has(Notation.BUNDLE_FOLDERS);
        };
    }
}
