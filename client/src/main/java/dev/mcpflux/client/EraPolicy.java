package dev.mcpflux.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which era of the protocol to speak with a server. */
public enum EraPolicy {
    /** The modern one where the server speaks it, else the legacy one; the default. */
    AUTO,
    /** The modern one only. */
    MODERN,
    /** The legacy one only. */
    LEGACY;

    /**
     * The policy of this name, in whichever case.
     *
     * @throws IllegalArgumentException if there is none; the message names those there are
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
