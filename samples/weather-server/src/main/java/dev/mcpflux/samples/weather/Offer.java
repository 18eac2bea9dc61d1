package dev.mcpflux.samples.weather;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which part of the server is on offer: two processes with different parts look like two servers to a host. */
enum Offer {
    WEATHER,
    TIME,
    ALL;

    static Optional<Offer> of(String option) {
        return Arrays.stream(values())
                .filter(offer -> offer.option().equals(option))
                .findFirst();
    }

    static String choices() {
        return Arrays.stream(values()).map(Offer::option).collect(Collectors.joining("|"));
    }

    boolean weather() {
        return this != TIME;
    }

    boolean time() {
        return this != WEATHER;
    }

    private String option() {
        return name().toLowerCase(Locale.ROOT);
    }
}
