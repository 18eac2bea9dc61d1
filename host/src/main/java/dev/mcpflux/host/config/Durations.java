package dev.mcpflux.host.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes times as people write them, in configuration files and on command lines alike.
 *
 * <p>A time is one or more numbers with a unit, the largest unit first: {@code 500ms}, {@code 30s}, {@code 1m30s},
 * {@code 2 min}, {@code 1.5h}; or the form of ISO 8601, {@code PT1M30S}. A bare number is seconds, everywhere.
 */
public final class Durations {

    /** A limit longer than this is a mistake, and some timers cannot count it. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern BARE = Pattern.compile("\\d{1,12}(?:\\.\\d{1,9})?");
    private static final Pattern PART = Pattern.compile("\\G\\s*(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(\\p{Alpha}+)\\s*");

    private static final Map<String, Duration> UNITS = Map.ofEntries(
            unit("ms", 1),
            unit("msec", 1),
            unit("millis", 1),
            unit("millisecond", 1),
            unit("milliseconds", 1),
            unit("s", 1000),
            unit("sec", 1000),
            unit("secs", 1000),
            unit("second", 1000),
            unit("seconds", 1000),
            unit("m", 60_000),
            unit("min", 60_000),
            unit("mins", 60_000),
            unit("minute", 60_000),
            unit("minutes", 60_000),
            unit("h", 3_600_000),
            unit("hour", 3_600_000),
            unit("hours", 3_600_000),
            unit("d", 86_400_000),
            unit("day", 86_400_000),
            unit("days", 86_400_000));

    private Durations() {}

    private static Map.Entry<String, Duration> unit(String name, long millis) {
        return Map.entry(name, Duration.ofMillis(millis));
    }

    /**
     * Reads a time.
     *
     * @return at least a millisecond and at most 365 days
     * @throws IllegalArgumentException if the text is no such time; the message says what is expected and quotes the text
     */
    public static Duration parse(String text) {
        Duration time = read(text);
        if (time == null) {
            throw new IllegalArgumentException(expected() + ", found '" + text + "'");
        }
        return time;
    }

    /** What a time looks like, for messages. */
    static String expected() {
        return "expected a time like 500ms, 30s, 1m30s or 2h (a bare number is seconds), more than zero and at most 365d";
    }

    /** As {@link #parse}; null where the text is no time. */
    static @Nullable Duration read(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        Duration time = isBare(trimmed) ? of(trimmed, Duration.ofSeconds(1)) : withUnits(trimmed);
        return time == null || time.toMillis() < 1 || time.compareTo(LONGEST) > 0 ? null : time;
    }

    /** Whether a text is a number without a unit, which is read as seconds. */
    static boolean isBare(String text) {
        return BARE.matcher(text.strip()).matches();
    }

    private static @Nullable Duration withUnits(String text) {
        if (text.startsWith("p")) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                return null;
            }
        }
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        Duration last = null;
        int end = 0;
        while (part.find()) {
            Duration unit = UNITS.get(part.group(2));
            if (unit == null || (last != null && unit.compareTo(last) >= 0)) {
                return null;
            }
            sum = sum.plus(of(part.group(1), unit));
            last = unit;
            end = part.end();
        }
        return last == null || end < text.length() ? null : sum;
    }

    private static Duration of(String number, Duration unit) {
        BigDecimal millis = new BigDecimal(number).multiply(BigDecimal.valueOf(unit.toMillis()));
        // what is too long stays so, without leaving the range of a duration
        return Duration.ofMillis(
                millis.min(BigDecimal.valueOf(LONGEST.toMillis() + 1)).longValue());
    }

    /** A time in the form that {@link #parse} reads, the largest unit first: {@code 1m30s}. */
    public static String text(Duration time) {
        StringBuilder text = new StringBuilder();
        append(text, time.toDaysPart(), "d");
        append(text, time.toHoursPart(), "h");
        append(text, time.toMinutesPart(), "m");
        append(text, time.toSecondsPart(), "s");
        append(text, time.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
