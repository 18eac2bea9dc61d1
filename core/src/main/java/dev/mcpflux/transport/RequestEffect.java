package dev.mcpflux.transport;

/** Whether a request may be sent a second time where nobody knows what became of the first. */
public enum RequestEffect {

    /** It only reads, or sets what it would set again: sent twice it does no harm. */
    READS,

    /** It may have an effect, or begins something: it is never sent again by itself. */
    MAY_ACT
}
