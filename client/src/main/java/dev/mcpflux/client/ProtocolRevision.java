package dev.mcpflux.client;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** The revisions of the Model Context Protocol, oldest first. */
public enum ProtocolRevision {
    V2024_11_05("2024-11-05", ProtocolEra.LEGACY),
    V2025_03_26("2025-03-26", ProtocolEra.LEGACY),
    V2025_06_18("2025-06-18", ProtocolEra.LEGACY),
    V2025_11_25("2025-11-25", ProtocolEra.LEGACY),
    V2026_07_28("2026-07-28", ProtocolEra.MODERN);

    private final String wire;
    private final ProtocolEra era;

    ProtocolRevision(String wire, ProtocolEra era) {
        this.wire = wire;
        this.era = era;
    }

    /** The revision as it is sent. */
    public String wire() {
        return wire;
    }

    public ProtocolEra era() {
        return era;
    }

    /** The newest revision that is negotiated with {@code initialize}. */
    public static ProtocolRevision latestLegacy() {
        return V2025_11_25;
    }

    /** The newest revision without a handshake. */
    public static ProtocolRevision latestModern() {
        return V2026_07_28;
    }

    public static Optional<ProtocolRevision> ofWire(String wire) {
        return Arrays.stream(values()).filter(r -> r.wire.equals(wire)).findFirst();
    }

    /** The newest of these revisions in an era. */
    static Optional<ProtocolRevision> newest(ProtocolEra era, Collection<String> offered) {
        return Arrays.stream(values())
                .filter(r -> r.era == era && offered.contains(r.wire))
                .max(Comparator.naturalOrder());
    }

    static String known() {
        return Arrays.stream(values()).map(ProtocolRevision::wire).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return wire;
    }
}
