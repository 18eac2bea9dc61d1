package dev.mcpflux.client;

/** Whether a kept result will do (specification 2026-07-28: server/utilities/caching). */
public enum CachePolicy {
    /** A kept result while it is fresh, else a new one, which is kept; the default. */
    USE,
    /** A new result, which is kept. */
    REFRESH,
    /** A new result, which is not kept. */
    BYPASS
}
