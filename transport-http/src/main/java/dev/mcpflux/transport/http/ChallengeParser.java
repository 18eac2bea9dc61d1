package dev.mcpflux.transport.http;

import dev.mcpflux.error.AuthChallenge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code WWW-Authenticate} (RFC 9110, 11.6.1). A comma separates both the challenges of one value and the parameters
 * of one challenge, so what follows a comma is a parameter if it is a name with an equals sign, and a scheme otherwise. What
 * cannot be read is skipped up to the next comma; the rest is kept.
 */
final class ChallengeParser {

    private final String text;
    private int at;

    private ChallengeParser(String text) {
        this.text = text;
    }

    /** The challenges of all values, in their order. */
    static List<AuthChallenge> parse(List<String> values) {
        List<AuthChallenge> found = new ArrayList<>();
        values.forEach(value -> new ChallengeParser(value).readTo(found));
        return List.copyOf(found);
    }

    private void readTo(List<AuthChallenge> found) {
        for (skipSeparators(); at < text.length(); skipSeparators()) {
            String scheme = token();
            if (scheme.isEmpty() || !(at == text.length() || isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
                skipToComma();
                continue;
            }
            skipBlanks();
            String token68 = token68();
            Map<String, String> parameters = new LinkedHashMap<>();
            if (token68 == null) {
                readParameters(parameters);
            }
            found.add(new AuthChallenge(scheme, token68, parameters));
        }
    }

    private void readParameters(Map<String, String> parameters) {
        // some servers separate parameters by blanks alone
        while (at < text.length()) {
            int before = at;
            String name = token();
            skipBlanks();
            if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
                // the scheme of the next challenge, or what cannot be read
                at = before;
                return;
            }
            at++;
            skipBlanks();
            String value = at < text.length() && text.charAt(at) == '"' ? quoted() : unquoted();
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
            skipSeparators();
        }
    }

    /**
     * "token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="", and nothing after it; null where there is
     * none.
     */
    private @Nullable String token68() {
        int end = at;
        while (end < text.length() && isToken68(text.charAt(end))) {
            end++;
        }
        int begin = at;
        if (end == begin) {
            return null;
        }
        while (end < text.length() && text.charAt(end) == '=') {
            end++;
        }
        int after = end;
        while (after < text.length() && isBlank(text.charAt(after))) {
            after++;
        }
        if (after < text.length() && text.charAt(after) != ',') {
            return null;
        }
        at = after;
        return text.substring(begin, end);
    }

    private String token() {
        int begin = at;
        while (at < text.length() && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    /** A value without quotes: a token, or what servers write in place of one. */
    private String unquoted() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != ',' && !isBlank(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    /** A quoted string; one that does not end ends with the header. */
    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        at = Math.min(at + 1, text.length());
        return value.toString();
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private void skipSeparators() {
        while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
            at++;
        }
    }

    /** Skips what cannot be read; a comma in a quoted string does not count. */
    private void skipToComma() {
        while (at < text.length() && text.charAt(at) != ',') {
            if (text.charAt(at) == '"') {
                quoted();
            } else {
                at++;
            }
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken68(char c) {
        return isAlphanumeric(c) || "-._~+/".indexOf(c) >= 0;
    }

    private static boolean isTokenCharacter(char c) {
        return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
