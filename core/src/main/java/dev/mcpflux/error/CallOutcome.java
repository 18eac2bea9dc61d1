package dev.mcpflux.error;

/** What is known of the effect of a request that failed. */
public enum CallOutcome {

    /** It never left this side, so the server has not acted on it: it may be sent again, whatever it does. */
    NOT_SENT,

    /**
     * It may have reached the server, which may have acted on it, also where it answered with an error. It is never sent again
     * automatically, unless it only reads.
     */
    UNKNOWN
}
