package dev.mcpflux.uri;

import dev.mcpflux.text.SafeText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URI template of RFC 6570, all four levels, as the templates of a server's resources are (specification 2026-07-28:
 * resources, resource templates). Immutable; equal to one of the same text. Nothing blocks.
 */
public final class UriTemplate {

    private static final int LONGEST_QUOTE = 200;

    private final String template;
    private final List<TemplatePart> parts;
    private final List<String> variables;

    private UriTemplate(String template, List<TemplatePart> parts) {
        this.template = template;
        this.parts = parts;
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(part -> names.addAll(part.names()));
        this.variables = List.copyOf(names);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none; names the template, the place as an index from 0, and what is wrong there
     */
    public static UriTemplate of(String template) {
        return new UriTemplate(Objects.requireNonNull(template, "template"), new TemplateParser(template).parts());
    }

    /** The names of the variables, each once, in the order in which they first occur. */
    public List<String> variables() {
        return variables;
    }

    /**
     * The names of the variables that have no value, in the order of {@link #variables()}: those that are absent or null, and
     * those that are an empty list or map, which RFC 6570 counts as undefined (section 2.3). An empty text is a value.
     */
    public List<String> missing(Map<String, ?> values) {
        return variables.stream()
                .filter(name -> !TemplateValue.isDefined(values.get(name)))
                .toList();
    }

    /**
     * The URI that the template becomes with these values. A variable without a value becomes nothing, as RFC 6570 has it
     * (section 3.2.1); ask {@link #missing(Map)} before if that is not meant. Values that no variable names are ignored.
     *
     * @param values texts, numbers and booleans, and lists and maps of these; within lists and maps, null is left out
     * @throws IllegalArgumentException if a value is of another kind, a text is not valid Unicode, or a list or a map is
     *     to be cut to a length; names the template, the place and the variable, and never the value
     */
    public String expand(Map<String, ?> values) {
        StringBuilder uri = new StringBuilder();
        for (TemplatePart part : parts) {
            uri.append(part.expand(template, values));
        }
        return uri.toString();
    }

    /**
     * The values that a URI was made from, or empty if it cannot have come of the template. Expanding them gives the URI again,
     * as far as it is encoded the way a template encodes.
     *
     * <p>An expression may have become nothing; its variables are absent. A value is a text without encoding, or with that of the URI in {@code +} and {@code #}; of a variable
     * with {@code *} it is a list of texts, or in {@code ;}, {@code ?} and {@code &} a map if the names are not that of the
     * variable. Where several readings are possible, the first expressions have the most: {@code {a}-{b}} finds {@code x-y}
     * and {@code z} in {@code x-y-z}. Within a value of a simple expression everything is accepted but {@code /}, {@code ?}
     * and {@code #}, also where it should be encoded, and names that a query has in addition are ignored. That a variable
     * which occurs twice has the same value twice is not looked at.
     *
     * <p>Takes time in proportion to the length of the URI and that of the template, whatever they are. If the one times the
     * other is more than fifty million, nothing matches.
     */
    public Optional<Map<String, Object>> match(String uri) {
        return Optional.ofNullable(TemplateMatcher.match(template, parts, uri));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UriTemplate that && template.equals(that.template);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    /** The template as it was given. */
    @Override
    public String toString() {
        return template;
    }

    static IllegalArgumentException problem(String template, int at, String what) {
        return new IllegalArgumentException(
                "URI template '" + SafeText.line(template, LONGEST_QUOTE) + "', index " + at + ": " + what);
    }
}
