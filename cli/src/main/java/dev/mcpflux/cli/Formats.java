package dev.mcpflux.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The formats that a text in a form may have (specification: client/elicitation, string schema). */
final class Formats {

    /** What most servers check with: a dot-atom, and a host of at least two labels. */
    private static final Pattern EMAIL = Pattern.compile(
            "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                    + "@([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?",
            Pattern.CASE_INSENSITIVE);

    /** "A path has at most 256 characters" with its brackets (RFC 5321); a default may be as long as a message. */
    private static final int MAX_EMAIL = 254;

    private Formats() {}

    /** Why a text is not of a format, or null; what is not known is left to the server. */
    static @Nullable String problem(String format, String text) {
        boolean fits = switch (format) {
            case "email" -> text.length() <= MAX_EMAIL && EMAIL.matcher(text).matches();
            case "uri" -> uri(text);
            case "date" -> date(text);
            case "date-time" -> dateTime(text);
            default -> true;
        };
        return fits ? null : "it must be " + describe(format);
    }

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

    private static boolean uri(String text) {
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean date(String text) {
        try {
            // the parser takes years beyond 9999 with a sign, RFC 3339 does not
            return LocalDate.parse(text).toString().equals(text) && text.length() == 10;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean dateTime(String text) {
        try {
            return OffsetDateTime.parse(text).getYear() <= 9999;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
