package dev.mcpflux.host.config;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text of a configuration whose variables are resolved when its server starts: {@code ${NAME}}, {@code ${NAME:-default}},
 * and the same with {@code env:} before the name. As in a shell, a default stands for a variable that is unset or empty,
 * and may hold variables itself. <code>$$&#123;</code> stands for <code>$&#123;</code> without a variable. Immutable.
 *
 * <p>Two templates are equal if their texts are; the place in a file does not count. The text may be a secret, so {@link
 * #toString()} does not show it.
 */
public final class Template {

    private final String text;
    private final @Nullable ConfigPlace place;

    private Template(String text, @Nullable ConfigPlace place) {
        this.text = text;
        this.place = place;
    }

    /** A text that may hold variables. */
    public static Template of(String text) {
        return new Template(text, null);
    }

    /** A text that holds no variables, whatever it looks like. */
    public static Template literal(String text) {
        return new Template(text.replace("${", "$${"), null);
    }

    /** A text that may hold variables; problems with it are reported with the place. */
    static Template of(String text, ConfigPlace place) {
        return new Template(text, place);
    }

    /** The text as it is configured. It may be a secret. */
    public String text() {
        return text;
    }

    /** Whether it may have to be resolved: if not, {@link #plain()} is its value. */
    public boolean hasVariables() {
        return text.replace("$${", "").contains("${");
    }

    /** The text for a person: variables stand as they are configured. It may be a secret. */
    public String plain() {
        return text.replace("$${", "${");
    }

    /**
     * The text with its variables replaced.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     * @throws IllegalArgumentException names the variable that is not set, or says what is not understood; quotes nothing else
     */
    public String resolve(UnaryOperator<@Nullable String> variables) {
        return new Variables(variables, (name, value) -> {}).expand(text);
    }

    /** The text with its variables replaced; fails with the server and the place. */
    String resolve(String server, Variables variables) {
        try {
            return variables.expand(text);
        } catch (IllegalArgumentException e) {
            throw problem(server, String.valueOf(e.getMessage()));
        }
    }

    McpConfigurationException problem(String server, String problem) {
        return McpConfigurationException.at(place, server, problem);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Template that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "Template[…]";
    }
}
