package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** A result that may be cached (specification 2026-07-28: server/utilities/caching). */
public interface CacheableResult extends ServerResult {

    /** For how many milliseconds it is fresh; absent means none. */
    @Nullable
    Long ttlMs();

    /** For whom it may be used, as it was sent. */
    @Nullable
    String cacheScopeText();

    /** For whom it may be used; private if the server does not say, or says something unknown. */
    default CacheScope cacheScope() {
        return CacheScope.of(cacheScopeText());
    }
}
