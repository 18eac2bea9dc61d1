package dev.mcpflux.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which era servers turned out to be of, so that a server that starts again is not probed again (specification 2026-07-28:
 * basic/versioning, backward compatibility). Shared by the sessions of a host; belongs to no thread.
 */
public final class EraMemory {

    private final Map<String, ProtocolEra> eras = new ConcurrentHashMap<>();

    /** What is remembered of the server of this name or origin. */
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
