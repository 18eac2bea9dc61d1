package dev.mcpflux.client;

/** Whether a request may return a cached result (specification 2026-07-28: server/utilities/caching). */
public enum CachePolicy {
    /** Return a cached result while it is fresh, else request a new one and cache it; the default. */
    USE,
    /** Request a new result and cache it. */
    REFRESH,
    /** Request a new result and do not cache it. */
    BYPASS
}
