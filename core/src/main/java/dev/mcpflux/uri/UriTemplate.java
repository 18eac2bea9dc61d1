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
 * A URI template of RFC 6570, all four levels, as used for a server's resource templates (specification 2026-07-28:
 * resources, resource templates). Immutable; templates with the same text are equal. Nothing blocks.
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
     * Parses a template.
     *
     * @throws IllegalArgumentException if it is invalid; names the template, the position as an index from 0, and the
     *     problem
     */
    public static UriTemplate of(String template) {
        return new UriTemplate(Objects.requireNonNull(template, "template"), new TemplateParser(template).parts());
    }

    /** The names of the variables, each once, in the order of their first occurrence. */
    public List<String> variables() {
        return variables;
    }

    /**
     * The names of the variables without a value, in the order of {@link #variables()}: those that are absent or null,
     * and empty lists or maps, which RFC 6570 counts as undefined (section 2.3). An empty text is a value.
     */
    public List<String> missing(Map<String, ?> values) {
        return variables.stream()
                .filter(name -> !TemplateValue.isDefined(values.get(name)))
                .toList();
    }

    /**
     * Expands the template with these values. A variable without a value expands to nothing, as RFC 6570 defines it
     * (section 3.2.1); call {@link #missing(Map)} first if that is not intended. Values without a variable are ignored.
     *
     * @param values texts, numbers and booleans, and lists and maps of these; null within lists and maps is omitted
     * @throws IllegalArgumentException if a value has another type, a text is not valid Unicode, or a prefix modifier
     *     applies to a list or a map; names the template, the position and the variable, and never the value
     */
    public String expand(Map<String, ?> values) {
        StringBuilder uri = new StringBuilder();
        for (TemplatePart part : parts) {
            uri.append(part.expand(template, values));
        }
        return uri.toString();
    }

    /**
     * Finds the values from which a URI was expanded, or empty if the URI does not match the template. Expanding the
     * values gives the URI again, if the URI is encoded as a template encodes.
     *
     * <p>An expression may be empty; its variables are absent then. A value is a decoded text; in {@code +} and {@code
     * #} it keeps the encoding of the URI. A variable with {@code *} has a list of texts, or in {@code ;}, {@code ?}
     * and {@code &} a map if the names differ from that of the variable. If several readings are possible, earlier
     * expressions match the most: {@code {a}-{b}} finds {@code x-y} and {@code z} in {@code x-y-z}. A value of a simple
     * expression may contain every character but {@code /}, {@code ?} and {@code #}, also where it should be encoded.
     * Additional names in a query are ignored. A variable that occurs twice may have two different values; that is not
     * checked.
     *
     * <p>Takes time proportional to the lengths of the URI and of the template. If their product is more than fifty
     * million, nothing matches.
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

    /** The text of the template. */
    @Override
    public String toString() {
        return template;
    }

    static IllegalArgumentException problem(String template, int at, String what) {
        return new IllegalArgumentException(
                "URI template '" + SafeText.line(template, LONGEST_QUOTE) + "', index " + at + ": " + what);
    }
}
