package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How serious a log message is, least serious first (specification: server/utilities/logging; RFC 5424, section 6.2.1). */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The level with this name.
     *
     * @throws IllegalArgumentException if no level has this name; the message lists the levels
     */
    @JsonCreator
    public static LogLevel of(String wire) {
        return Arrays.stream(values())
                .filter(level -> level.wire().equals(wire.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no log level '" + wire + "'; there are "
                        + Arrays.stream(values()).map(LogLevel::wire).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return wire();
    }
}
