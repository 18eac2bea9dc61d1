package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;

/**
 * One word that gives an argument its value: {@code key=value}, {@code key=@file}, {@code key=-}, and the same with
 * {@code :=} for JSON. A backslash before a value that begins with {@code @}, or is {@code -}, makes it literal.
 *
 * @param key the name of the argument, with dots between the names of nested ones
 * @param json whether the value is JSON, whatever the schema says
 * @param source where the value is
 * @param text the value, or the name of the file
 */
record ArgumentWord(String key, boolean json, Source source, String text) {

    /** Where a value is. */
    enum Source {
        /** In the word itself. */
        WORD,
        FILE,
        STANDARD_INPUT
    }

    static final String STANDARD_INPUT = "-";

    /**
     * Reads a word.
     *
     * @throws UsageException if it gives no value to anything
     */
    static ArgumentWord of(String word) {
        int equals = word.indexOf('=');
        boolean json = equals > 1 && word.charAt(equals - 1) == ':';
        int end = json ? equals - 1 : equals;
        if (end <= 0) {
            String hint = word.startsWith("{") ? "; a whole object is given with --args" : "";
            throw new UsageException("expected key=value, found '" + word + "'" + hint);
        }
        String key = word.substring(0, end);
        String text = word.substring(equals + 1);
        if (text.equals(STANDARD_INPUT)) {
            return new ArgumentWord(key, json, Source.STANDARD_INPUT, "");
        }
        if (text.startsWith("@")) {
            return new ArgumentWord(key, json, Source.FILE, text.substring(1));
        }
        return new ArgumentWord(key, json, Source.WORD, json ? text : literal(text));
    }

    /** The word that gives this text to an argument, whatever it begins with. */
    static String of(String key, String text) {
        return key + "=" + (text.startsWith("@") || text.equals(STANDARD_INPUT) || escaped(text) ? "\\" : "") + text;
    }

    /** Whether the word names the source of a whole object. */
    static boolean isWhole(String word) {
        return word.equals(STANDARD_INPUT) || (word.startsWith("@") && word.indexOf('=') < 0);
    }

    private static String literal(String text) {
        return escaped(text) ? text.substring(1) : text;
    }

    /** Whether it is backslashes before something that would be a source without them. */
    private static boolean escaped(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) == '\\') {
            i++;
        }
        String rest = text.substring(i);
        return i > 0 && (rest.startsWith("@") || rest.equals(STANDARD_INPUT));
    }
}
