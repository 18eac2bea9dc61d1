package dev.mcpflux.host.variable;

import dev.mcpflux.host.variable.VariablePart.Refused;
import dev.mcpflux.host.variable.VariablePart.Text;
import dev.mcpflux.host.variable.VariablePart.Variable;
import dev.mcpflux.host.variable.VariableReference.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts values in the place of the variables of one text. What is wrong is an {@link IllegalArgumentException} that quotes no value. */
final class Expansion {

    static final int MAX_NESTING = 8;

    /** The most that a text may become, in UTF-16 units. */
    static final int MAX_LENGTH = 1 << 20;

    /** Gives values. */
    interface Lookup {
        /**
         * The value of a variable, or null if it has none.
         *
         * @throws IllegalArgumentException says why there can be none
         */
        @Nullable
        String value(Kind kind, String name);
    }

    private final VariableStyle style;
    private final Lookup lookup;
    private final boolean keychain;
    private final Consumer<String> warnings;

    /**
     * An expansion.
     *
     * @param keychain whether a secret that is not there can be put into the keychain
     */
    Expansion(VariableStyle style, Lookup lookup, boolean keychain, Consumer<String> warnings) {
        this.style = style;
        this.keychain = keychain;
        this.lookup = lookup;
        this.warnings = warnings;
    }

    String expand(String text) {
        if (!style.mayHoldVariables(text)) {
            return text;
        }
        return expand(text, 0);
    }

    private String expand(String text, int depth) {
        if (depth > MAX_NESTING) {
            throw new IllegalArgumentException("its variables are nested too deep");
        }
        StringBuilder expanded = new StringBuilder();
        for (VariablePart part : VariableParser.parse(text, style)) {
            if (part instanceof Text literal) {
                expanded.append(literal.text());
            } else if (part instanceof Refused refused) {
                throw new IllegalArgumentException(refused.problem());
            } else {
                expanded.append(value((Variable) part, depth));
            }
            if (expanded.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("its variables make it longer than " + MAX_LENGTH + " characters");
            }
        }
        return expanded.toString();
    }

    private String value(Variable variable, int depth) {
        String value = lookup.value(variable.kind(), variable.name());
        String fallback = variable.fallback();
        boolean replaced = fallback == null ? style == VariableStyle.LIBRECHAT : style.emptyIsUnset();
        if (value != null && !(value.isEmpty() && replaced)) {
            return value;
        }
        return fallback != null ? expand(fallback, depth + 1) : unset(variable);
    }

    private String unset(Variable variable) {
        String name = variable.kind().label() + variable.name();
        if (variable.kind() == Kind.SECRET) {
            throw new IllegalArgumentException(
                    "there is no value for " + name + (keychain ? "; " + SecretStores.hint(variable.name()) : ""));
        }
        if (variable.kind() == Kind.INPUT && style.unset() == VariableStyle.Unset.LITERAL) {
            // braces that are no placeholder
            return variable.written();
        }
        if (variable.kind() != Kind.ENVIRONMENT || style.unset() == VariableStyle.Unset.ERROR) {
            throw new IllegalArgumentException(name + " is not set");
        }
        if (style == VariableStyle.CLAUDE && variable.name().startsWith("CLAUDE_PLUGIN_")) {
            throw new IllegalArgumentException("\"" + variable.written()
                    + "\" is a folder of a plugin of Claude Code; write" + " the path, or set " + name);
        }
        boolean empty = style.unset() == VariableStyle.Unset.EMPTY;
        warnings.accept(name + " is not set; "
                + (empty ? "nothing stands in its place" : "\"" + variable.written() + "\" is passed on as it is"));
        return empty ? "" : variable.written();
    }
}
