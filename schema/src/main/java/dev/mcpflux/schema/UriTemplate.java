package dev.mcpflux.schema;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A URI template of RFC 6570, all four levels, as the templates of a server's resources are (specification 2026-07-28:
 * resources, resource templates). Immutable; equal to one of the same text. Nothing blocks.
 */
public final class UriTemplate {

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
     * Whether a URI may have come of the template, with some values. An expression may become nothing; within the value of a
     * simple one everything is accepted but {@code /}, {@code ?} and {@code #}, also where it should be encoded. Takes time in
     * proportion to the length of the URI and the number of parts, whatever they are.
     */
    public boolean matches(String uri) {
        return TemplateMatcher.matches(parts, uri);
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
                "URI template '" + Problems.printable(Problems.abbreviated(template)) + "', index " + at + ": " + what);
    }
}
