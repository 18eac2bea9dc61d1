package dev.mcpflux.transport.spi;

/** Whether a request may be retried when the outcome of the first attempt is unknown. */
public enum RequestEffect {

    /** The request only reads, or is idempotent: sending it twice is harmless. */
    READS,

    /** The request may have an effect or start something: it is never retried automatically. */
    MAY_ACT
}
