package dev.mcpflux.cli.question;

/** Descriptions of the formats that a text in a form may have (specification: client/elicitation, string schema). */
final class FormatDescription {

    private FormatDescription() {}

    /** Describes a format to a person; empty for an unknown format. */
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
