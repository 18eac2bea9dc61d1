package dev.mcpflux.cli;

/** The formats that a text in a form may have, in words (specification: client/elicitation, string schema). */
final class Formats {

    private Formats() {}

    /** A format for a person; empty where it is not known. */
    static String describe(String format) {
        return switch (format) {
            case "email" -> "an email address";
            case "uri" -> "a URI, like https://example.com";
            case "date" -> "a date, like 2026-07-28";
            case "date-time" -> "a date and time with offset, like 2026-07-28T12:00:00Z";
            default -> "";
        };
    }
}
