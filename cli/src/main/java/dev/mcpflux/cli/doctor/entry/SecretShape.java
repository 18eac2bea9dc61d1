package dev.mcpflux.cli.doctor.entry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells secrets from settings by the shape of known tokens, by names, and by how random a text is. */
final class SecretShape {

    private record Token(String what, Pattern pattern) {}

    private static final List<Token> TOKENS = List.of(
            token("a GitHub token", "\\bgh[pousr]_[A-Za-z0-9]{30,}"),
            token("a GitHub token", "\\bgithub_pat_[A-Za-z0-9_]{30,}"),
            token("a GitLab token", "\\bglpat-[\\w-]{16,}"),
            token("an Anthropic key", "\\bsk-ant-[\\w-]{20,}"),
            token("a key of an API", "\\bsk-[\\w-]{20,}"),
            token("a Slack token", "\\bxox[abeoprs]-[\\w-]{10,}"),
            token("an AWS key", "\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
            token("a Google key", "\\bAIza[\\w-]{30,}"),
            token("a Stripe key", "\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
            token("an npm token", "\\bnpm_[A-Za-z0-9]{30,}"),
            token("a Hugging Face token", "\\bhf_[A-Za-z0-9]{30,}"),
            token("a JSON Web Token", "\\beyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]*"),
            token("a private key", "-----BEGIN [A-Z ]*PRIVATE KEY-----"),
            token("a URL with a password", "://[^/?#\\s:@]*:[^/?#\\s@$]+@"));

    private static final Pattern SECRET_NAME = Pattern.compile(
            "token|secret|passw|pwd|api.?key|apikey|access.?key|private.?key|credential|bearer|cookie|^authorization$"
                    + "|[-_]key$|[-_]pat$|^-*key$|[-_]auth$",
            Pattern.CASE_INSENSITIVE);

    /** Names that sound so, of what is no secret. */
    private static final Pattern HARMLESS_NAME = Pattern.compile(
            "(?:file|path|dir|url|uri|endpoint|limit|max\\w*|type|count|ttl|name|id|header)$",
            Pattern.CASE_INSENSITIVE);

    /** What examples write in the place of a secret. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i).*(?:your|<.*>|\\.{3}|…|x{4,}|\\*{3,}|change.?me|example|placeholder|redacted|dummy).*");

    private static final Pattern SETTING =
            Pattern.compile("(?i)true|false|none|null|\\d{1,6}|(?:/|\\./|~/|[A-Z]:\\\\).*|https?://[^?@]*");

    private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9+/_=-]{24,}");

    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private static final Pattern NAMED = Pattern.compile("-{0,2}([\\w.-]+)[=:]\\s*(.+)", Pattern.DOTALL);

    private static final int SHORTEST = 8;

    private SecretShape() {}

    private static Token token(String what, String pattern) {
        return new Token(what, Pattern.compile(pattern));
    }

    /**
     * What secret a text seems to hold.
     *
     * @param label the name of the variable, the header or the option whose value it is; may be empty
     * @param literal whether it holds no variables
     * @return {@code a GitHub token}, or null for none
     */
    static @Nullable String of(String label, String text, boolean literal) {
        for (Token token : TOKENS) {
            if (token.pattern().matcher(text).find()
                    && !PLACEHOLDER.matcher(text).matches()) {
                return token.what();
            }
        }
        if (!literal) {
            return null;
        }
        Matcher named = NAMED.matcher(text);
        if (label.isEmpty() && named.matches() && !text.contains("://")) {
            return of(named.group(1), named.group(2), true);
        }
        String value = text.replaceFirst("(?i)^(?:bearer|basic|token)\\s+", "");
        if (value.length() < SHORTEST
                || PLACEHOLDER.matcher(value).matches()
                || SETTING.matcher(value).matches()) {
            return null;
        }
        if (SECRET_NAME.matcher(label).find() && !HARMLESS_NAME.matcher(label).find()) {
            return "a secret, as its name says";
        }
        return isRandom(value) ? "a secret, as it is a long random text" : null;
    }

    private static boolean isRandom(String value) {
        boolean mixed = value.chars().anyMatch(Character::isDigit)
                && value.chars().anyMatch(Character::isLetter)
                && RANDOM.matcher(value).matches()
                && !UUID.matcher(value).matches()
                // words with dashes or slashes between them, such as the name of a package or a path
                && !value.toLowerCase(Locale.ROOT).matches("(?:[a-z]{2,}|\\d{1,4})(?:[-_/](?:[a-z]{2,}|\\d{1,4}))*");
        boolean hex = value.matches("[0-9a-fA-F]+");
        return mixed && entropy(value) >= (hex ? 3.2 : 4.0);
    }

    /** Shannon's entropy of the characters, in bits for each. */
    static double entropy(String text) {
        Map<Integer, Integer> counts = new HashMap<>();
        text.chars().forEach(c -> counts.merge(c, 1, Integer::sum));
        double bits = 0;
        for (int count : counts.values()) {
            double share = (double) count / text.length();
            bits -= share * Math.log(share) / Math.log(2);
        }
        return bits;
    }
}
