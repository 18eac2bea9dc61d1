package dev.mcpflux.internal;

/**
 * A pattern in which {@code *} stands for any characters and {@code ?} for one; every other character stands for itself. It is
 * matched without a regular expression: the texts are those of servers, and the time must not depend on how they are chosen.
 */
public record Glob(String pattern) {

    /** Whether the whole text matches; upper and lower case are different. */
    public boolean matches(String text) {
        int at = 0;
        int in = 0;
        // where the last star stands, and how much of the text it takes
        int star = -1;
        int taken = 0;
        while (in < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                taken = in;
            } else if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == text.charAt(in))) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++taken;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    /** Whether it matches every text. */
    public boolean matchesAll() {
        return !pattern.isEmpty() && pattern.chars().allMatch(c -> c == '*');
    }
}
