package dev.mcpflux.transport.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClientResponse;

/** The header {@code Retry-After} of a response. */
final class RetryAfter {

    private RetryAfter() {}

    /** "The Retry-After field value can be either an HTTP-date or a number of seconds" (RFC 9110, 10.2.3). */
    static @Nullable Duration of(HttpClientResponse response) {
        String value = response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER);
        if (value == null) {
            return null;
        }
        String text = value.strip();
        try {
            if (text.matches("\\d{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            Duration until = Duration.between(
                    Instant.now(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException e) {
            // a value of no known format counts as none
            return null;
        }
    }
}
