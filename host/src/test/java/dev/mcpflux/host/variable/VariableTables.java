package dev.mcpflux.host.variable;

import java.util.ArrayList;
import java.util.List;

/** What styles of variables have, for documents. */
public final class VariableTables {

    private VariableTables() {}

    /** The notations of a style: {@code `${NAME}`, `${env:NAME}`}. */
    public static String notations(VariableStyle style) {
        List<String> shown = new ArrayList<>();
        for (Notation notation : Notation.values()) {
            if (style.has(notation)) {
                shown.add(notation(notation));
            }
        }
        return shown.isEmpty() ? "none" : String.join(", ", shown);
    }

    /** What becomes of a variable of the environment that is not set. */
    public static String unset(VariableStyle style) {
        if (style == VariableStyle.NONE) {
            return "";
        }
        return switch (style.unset()) {
            case ERROR -> "the server fails";
            case EMPTY -> "empty";
            case LITERAL -> "stays as it is written, with a warning";
        };
    }

    private static String notation(Notation notation) {
        return switch (notation) {
            case NAME -> "`${NAME}`";
            case DEFAULT -> "`${NAME:-default}`";
            case ENV -> "`${env:NAME}`";
            case INPUT -> "`${input:id}`";
            case FILE -> "`${file:PATH}`";
            case SECRET -> "`${secret:NAME}`";
            case ONE_PASSWORD -> "`${op://vault/item/field}`";
            case VALUE -> "`${value:text}`";
            case WORKSPACE -> "`${workspaceFolder}`, `${workspaceFolderBasename}`";
            case USER_HOME -> "`${userHome}`";
            case SEPARATOR -> "`${pathSeparator}`, `${/}`";
            case BUNDLE_FOLDERS -> "`${__dirname}`, `${HOME}`, `${DESKTOP}`, `${DOCUMENTS}`, `${DOWNLOADS}`";
            case USER_CONFIG -> "`${user_config.key}`";
            case ALTERNATIVES -> "several with ` \\| ` between them";
            case ESCAPE -> "`$${` for `${`";
            case BARE -> "`$NAME`";
            case PERCENT -> "`%NAME%` on Windows";
            case SINGLE_BRACES -> "`{env:NAME}`, `{file:PATH}`";
            case NAMESPACES -> "`${{ secrets.NAME }}`, `${{ inputs.NAME }}`";
            case PLACEHOLDERS -> "`{name}`";
        };
    }
}
