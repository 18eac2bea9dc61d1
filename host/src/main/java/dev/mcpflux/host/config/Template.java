package dev.mcpflux.host.config;

import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.host.variable.VariableValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text of a configuration whose variables are resolved when its server starts, in the notation of a {@link VariableStyle}; that
 * of this host unless another is given: {@code ${NAME}}, {@code ${NAME:-default}}, {@code ${env:NAME}}, {@code ${input:id}} and
 * more. Immutable.
 *
 * <p>Two templates are equal if their texts and styles are; the place in a file does not count. The text may be a secret, so
 * {@link #toString()} does not show it.
 */
public final class Template {

    private final String text;
    private final @Nullable ConfigPlace place;
    private final VariableStyle style;

    private Template(String text, @Nullable ConfigPlace place, VariableStyle style) {
        this.text = Objects.requireNonNull(text, "text");
        this.place = place;
        this.style = Objects.requireNonNull(style, "style");
    }

    /** A text that may hold variables as this host writes them. */
    public static Template of(String text) {
        return new Template(text, null, VariableStyle.MCPFLUX);
    }

    /**
     * A text that may hold variables.
     *
     * @param place where it stands, which problems with it are reported with and relative paths are relative to; or null
     * @param style how its variables are written
     */
    public static Template of(String text, @Nullable ConfigPlace place, VariableStyle style) {
        return new Template(text, place, style);
    }

    /** A text that holds no variables, whatever it looks like. */
    public static Template literal(String text) {
        return new Template(text.replace("${", "$${"), null, VariableStyle.MCPFLUX);
    }

    /** A text that may hold variables as this host writes them; problems with it are reported with the place. */
    static Template of(String text, ConfigPlace place) {
        return new Template(text, place, VariableStyle.MCPFLUX);
    }

    /** The text as it is configured. It may be a secret. */
    public String text() {
        return text;
    }

    /** How its variables are written. */
    public VariableStyle style() {
        return style;
    }

    /** Whether it may have to be resolved: if not, {@link #plain()} is its value. */
    public boolean hasVariables() {
        return style.hasVariables(text);
    }

    /** What has to be known to resolve it, in the order in which it is named. */
    public List<VariableReference> variables() {
        return style.variables(text);
    }

    /** The text for a person: variables stand as they are configured. It may be a secret. */
    public String plain() {
        return style.plain(text);
    }

    /**
     * The text with its variables replaced by those of an environment. What has to be asked for, or read from a file or a store of
     * secrets, is only known when a server starts, and an error here.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     * @throws IllegalArgumentException names the variable that is not set, or says what is not understood; quotes nothing else
     */
    public String resolve(UnaryOperator<@Nullable String> variables) {
        return VariableValues.ofEnvironment(variables).expand(text, style, file(), IllegalArgumentException::new);
    }

    /** The text with its variables replaced; fails with the server and the place. */
    String resolve(String server, VariableValues values) {
        return values.expand(text, style, file(), problem -> problem(server, problem));
    }

    /** The file that it stands in, or null where it does not come from a file. */
    @Nullable
    Path file() {
        return place == null ? null : place.file();
    }

    /** A problem with this text: names the server and the place in the file, as far as that is known. */
    public McpConfigurationException problem(String server, String problem) {
        return McpConfigurationException.at(place, server, problem);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Template that && text.equals(that.text) && style == that.style;
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + style.ordinal();
    }

    @Override
    public String toString() {
        return "Template[…]";
    }
}
