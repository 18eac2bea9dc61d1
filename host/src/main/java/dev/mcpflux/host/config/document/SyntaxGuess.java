package dev.mcpflux.host.config.document;

import java.util.regex.Pattern;

/** Recognises the syntax of a text whose file has no telling name. */
final class SyntaxGuess {

    private static final String KEY = "(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')";
    private static final String DOTTED = "\\s*" + KEY + "(?:\\s*\\.\\s*" + KEY + ")*\\s*";
    private static final Pattern TOML_HEADER = Pattern.compile("\\[\\[?" + DOTTED + "]]?\\s*(?:#.*)?");
    private static final Pattern TOML_PAIR = Pattern.compile(DOTTED + "=.*");

    private SyntaxGuess() {}

    static ConfigSyntax of(String text) {
        int start = 0;
        while (start < text.length()) {
            int end = lineEnd(text, start);
            String line = text.substring(start, Math.min(end, start + 1_000))
                    .replace("\uFEFF", "")
                    .strip();
            if (line.startsWith("//") || line.startsWith("/*")) {
                return ConfigSyntax.JSON5;
            }
            if (!line.isEmpty() && !line.startsWith("#")) {
                return ofLine(line);
            }
            start = end + 1;
        }
        // nothing but blanks, or comments as they are in TOML and YAML
        return text.isBlank() ? ConfigSyntax.JSON5 : ConfigSyntax.YAML;
    }

    private static ConfigSyntax ofLine(String line) {
        if (TOML_HEADER.matcher(line).matches() || TOML_PAIR.matcher(line).matches()) {
            return ConfigSyntax.TOML;
        }
        return line.startsWith("{") || line.startsWith("[") ? ConfigSyntax.JSON5 : ConfigSyntax.YAML;
    }

    private static int lineEnd(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }
}
