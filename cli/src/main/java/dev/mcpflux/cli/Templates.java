package dev.mcpflux.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * URIs made from templates (RFC 6570). This is its first level, which most servers keep to: a name in braces stands for
 * its value, and whatever is not unreserved is percent-encoded. Operators and modifiers are read but have no effect.
 */
final class Templates {

    private static final Pattern EXPRESSION = Pattern.compile("\\{[+#./;?&]?([^{}]*)}");

    private Templates() {}

    /** Whether a text is a template; in a URI itself, braces are not allowed. */
    static boolean is(String text) {
        return text.indexOf('{') >= 0;
    }

    /** The names of its variables, in their order. */
    static List<String> variables(String template) {
        List<String> names = new ArrayList<>();
        Matcher expression = EXPRESSION.matcher(template);
        while (expression.find()) {
            for (String variable : expression.group(1).split(",")) {
                String name = variable.replaceFirst("(\\*|:\\d+)$", "");
                if (!name.isEmpty() && !names.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** The URI; a variable without a value leaves nothing behind. */
    static String expand(String template, Map<String, String> values) {
        return EXPRESSION.matcher(template).replaceAll(match -> {
            List<String> encoded = new ArrayList<>();
            for (String name : variables(match.group())) {
                String value = values.get(name);
                if (value != null) {
                    encoded.add(encode(value));
                }
            }
            return Matcher.quoteReplacement(String.join(",", encoded));
        });
    }

    private static String encode(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean unreserved = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
            encoded.append(unreserved ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
