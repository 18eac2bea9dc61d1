package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** A result that may be cached (specification 2026-07-28: server/utilities/caching). */
public interface CacheableResult extends ServerResult {

    String PUBLIC = "public";
    String PRIVATE = "private";

    /** For how many milliseconds it is fresh; absent means none. */
    @Nullable
    Long ttlMs();

    /** {@link #PUBLIC} if it is the same for every user, else {@link #PRIVATE}; absent means private. */
    @Nullable
    String cacheScope();
}
