package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.uri.UriTemplate;
import java.util.List;
import java.util.Map;

/** Expands URI templates (RFC 6570); an invalid template is a mistake on the command line. */
final class UriTemplates {

    private UriTemplates() {}

    /** Whether a text is a template; a URI itself cannot contain braces. */
    static boolean is(String text) {
        return text.indexOf('{') >= 0;
    }

    /** The names of its variables, in their order. */
    static List<String> variables(String template) {
        return is(template) ? parse(template).variables() : List.of();
    }

    /** The expanded URI; a variable without a value is omitted. */
    static String expand(String template, Map<String, String> values) {
        return parse(template).expand(values);
    }

    private static UriTemplate parse(String template) {
        try {
            return UriTemplate.of(template);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
