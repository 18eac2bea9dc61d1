package dev.mcpflux.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which era of the protocol to speak with a server. */
public enum EraPolicy {
    /** The modern era if the server supports it, else the legacy era; the default. */
    AUTO,
    /** Only the modern era. */
    MODERN,
    /** Only the legacy era. */
    LEGACY;

    /**
     * The policy of this name, ignoring case.
     *
     * @throws IllegalArgumentException if no policy has this name; the message lists the valid names
     */
    public static EraPolicy of(String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no era '" + name + "'; there are "
                        + Arrays.stream(values()).map(EraPolicy::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
