package dev.mcpflux.host.approval;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of a configuration that may be secrets: their variables are shown, the rest is not. */
public final class MaskedText {

    /** Names of options, variables and headers whose values may be secrets, however they got there. */
    private static final Pattern SECRET = Pattern.compile(
            "token|secret|passw|pwd|key|auth|cred|bearer|cookie|session|signature|private|pat$",
            Pattern.CASE_INSENSITIVE);

    /** Values that are secrets by their look, whatever their names say. */
    private static final Pattern SECRET_VALUE = Pattern.compile(
            ".*(?:\\b(?:sk|pk|ghp|gho|ghs|glpat|xox[a-z]|AKIA|eyJ)[-_A-Za-z0-9]{8,}|://[^/?#\\s]*@).*", Pattern.DOTALL);

    private static final Pattern NAMED = Pattern.compile("([-\\w.]+)(?:=|:\\s*)(?!//)");

    /** What may stand beside a variable and still be no secret: {@code Bearer ${TOKEN}}. */
    private static final int SHORT = 8;

    private MaskedText() {}

    /** Whether what an option, a variable or a header of this name holds may be a secret. */
    public static boolean isSecretName(String name) {
        return SECRET.matcher(name).find();
    }

    /** Whether a text is a secret by its look. */
    public static boolean looksSecret(String text) {
        return SECRET_VALUE.matcher(text).matches();
    }

    /** The text with its variables and without the rest, which is an ellipsis. */
    public static String of(String text) {
        StringBuilder masked = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        boolean variables = false;
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
                continue;
            }
            int end = text.startsWith("${", at) ? end(text, at + 2) : -1;
            if (end < 0) {
                literal.append(text.charAt(at));
                at++;
                continue;
            }
            append(masked, literal);
            masked.append("${").append(expression(text.substring(at + 2, end))).append('}');
            variables = true;
            at = end + 1;
        }
        if (!variables) {
            return text.isEmpty() ? "" : "…";
        }
        append(masked, literal);
        return masked.toString();
    }

    private static void append(StringBuilder masked, StringBuilder literal) {
        masked.append(literal.length() <= SHORT ? literal : "…");
        literal.setLength(0);
    }

    private static String expression(String text) {
        int colon = text.indexOf(":-");
        return colon < 0 ? text : text.substring(0, colon) + ":-" + of(text.substring(colon + 2));
    }

    private static int end(String text, int from) {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Stands for a text that is not kept. */
    static String hash(String text) {
        return "sha256:" + hash(text.getBytes(StandardCharsets.UTF_8));
    }

    static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }

    /** Where the value begins in {@code --token=value} or {@code Authorization: value}; -1 where it names no secret. */
    public static int endOfSecretName(String word) {
        Matcher name = NAMED.matcher(word);
        return name.lookingAt() && isSecretName(name.group(1)) ? name.end() : -1;
    }

    /** Whether a word is an option whose value is a secret: {@code --api-key}, {@code -H}. */
    public static boolean isSecretOption(String word) {
        return word.startsWith("-") && isSecretName(word)
                || word.toLowerCase(Locale.ROOT).endsWith("bearer");
    }
}
