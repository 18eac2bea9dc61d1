package dev.mcpflux.samples.weather;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** The structured result of {@code current_time}. */
record CurrentTime(
        String timezone,
        String datetime,
        String weekday,
        @JsonProperty("utc_offset") String utcOffset) {

    static final Map<String, Object> SCHEMA = Schema.object(
            Schema.required("timezone", Schema.text("IANA time zone")),
            Schema.required("datetime", Schema.text("Date and time with offset, ISO 8601")),
            Schema.required("weekday", Schema.text("Day of the week, in English")),
            Schema.required("utc_offset", Schema.text("Offset from UTC, for example +01:00")));

    static CurrentTime of(Clock clock, ZoneId zone) {
        ZonedDateTime now = clock.instant().atZone(zone).truncatedTo(ChronoUnit.SECONDS);
        return new CurrentTime(
                zone.getId(),
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(now),
                now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
                // "Z" is right in ISO 8601, but a column of offsets reads better with numbers
                DateTimeFormatter.ofPattern("xxx", Locale.ROOT).format(now));
    }

    String text() {
        return "It is " + weekday + ", " + datetime + " in " + timezone + ".";
    }
}
