package dev.mcpflux.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the era of each server, so that a server that restarts is not probed again (specification 2026-07-28:
 * basic/versioning, backward compatibility). Shared by the sessions of a host; thread-safe.
 */
public final class EraMemory {

    private final Map<String, ProtocolEra> eras = new ConcurrentHashMap<>();

    /** The era that is remembered for the server of this name or origin. */
    public Optional<ProtocolEra> recall(String server) {
        return Optional.ofNullable(eras.get(server));
    }

    void remember(String server, ProtocolEra era) {
        eras.put(server, era);
    }

    void forget(String server) {
        eras.remove(server);
    }
}
