package dev.mcpflux.uri;

import java.util.Arrays;

/** How an expression is expanded (RFC 6570, appendix A, the table of operators). */
enum Operator {
    SIMPLE("", ",", false, false, "/?#"),
    RESERVED("+", ",", false, true, ""),
    FRAGMENT("#", ",", false, true, ""),
    LABEL(".", ".", false, false, "/?#"),
    PATH("/", "/", false, false, "?#"),
    PARAMETER(";", ";", true, false, "/?#"),
    QUERY("?", "&", true, false, "#"),
    CONTINUATION("&", "&", true, false, "#");

    /** No expression begins with this character. */
    static final char NOTHING = '\0';

    /** Reserved characters, without the two that join lists and maps. */
    private static final String MUST_BE_ENCODED = ":/?#[]@!$&'()*+;";

    private final String symbol;
    private final String separator;
    private final boolean named;
    private final boolean reservedAllowed;
    private final String neverWithin;

    /**
     * @param named whether each value comes with its name
     * @param neverWithin what a value cannot hold unless it is encoded (section 3.2). Other reserved characters are let pass
     *     in matching, since people and servers leave them as they are
     */
    Operator(String symbol, String separator, boolean named, boolean reservedAllowed, String neverWithin) {
        this.symbol = symbol;
        this.separator = separator;
        this.named = named;
        this.reservedAllowed = reservedAllowed;
        this.neverWithin = neverWithin;
    }

    /** The operator for a character, or {@link #SIMPLE} if it is none. */
    static Operator of(char symbol) {
        return Arrays.stream(values())
                .filter(operator -> operator.symbol.equals(String.valueOf(symbol)))
                .findFirst()
                .orElse(SIMPLE);
    }

    /** The text before the first value. */
    String prefix() {
        return this == RESERVED ? "" : symbol;
    }

    /** The first character of an expansion, or {@link #NOTHING} if it can be any. */
    char first() {
        return prefix().isEmpty() ? NOTHING : symbol.charAt(0);
    }

    String separator() {
        return separator;
    }

    boolean named() {
        return named;
    }

    /**
     * Whether a character may occur within an expansion.
     *
     * @param strictly whether to reject characters that must be encoded; otherwise they are accepted unless they can be
     *     the end
     */
    boolean allows(char c, boolean strictly) {
        return neverWithin.indexOf(c) < 0
                && (!strictly
                        || reservedAllowed
                        || MUST_BE_ENCODED.indexOf(c) < 0
                        || c == first()
                        || separator.indexOf(c) >= 0);
    }

    String encode(String text) {
        return reservedAllowed ? PercentEncoding.encodeWhereNeeded(text) : PercentEncoding.encode(text);
    }

    /** Decodes a text; if the operator keeps encoded octets, they stay part of the value. */
    String decode(String encoded) {
        return reservedAllowed ? encoded : PercentEncoding.decode(encoded);
    }

    /** A name and its value; with an equals sign before an empty value only in a query. */
    String pair(String name, String encoded) {
        return encoded.isEmpty() && this == PARAMETER ? name : name + "=" + encoded;
    }
}
