package dev.mcpflux.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** For whom a cached result may be used (specification 2026-07-28: server/utilities/caching). */
public enum CacheScope {
    /** The result is the same for every user. */
    PUBLIC,
    /** The result is for the user who has asked. */
    PRIVATE;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope with this name; {@link #PRIVATE} if the name is absent or unknown. */
    public static CacheScope of(@Nullable String wire) {
        return PUBLIC.wire().equals(wire) ? PUBLIC : PRIVATE;
    }

    static @Nullable String text(@Nullable CacheScope scope) {
        return scope == null ? null : scope.wire();
    }

    @Override
    public String toString() {
        return wire();
    }
}
