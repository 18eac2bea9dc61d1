package dev.mcpflux.cli;

import dev.mcpflux.uri.UriTemplate;
import java.util.List;
import java.util.Map;

/** URIs made from templates (RFC 6570); what is no template of that form is a mistake on the command line. */
final class Templates {

    private Templates() {}

    /** Whether a text is a template; in a URI itself, braces are not allowed. */
    static boolean is(String text) {
        return text.indexOf('{') >= 0;
    }

    /** The names of its variables, in their order. */
    static List<String> variables(String template) {
        return is(template) ? parse(template).variables() : List.of();
    }

    /** The URI; a variable without a value leaves nothing behind. */
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
