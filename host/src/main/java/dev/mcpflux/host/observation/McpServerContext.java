package dev.mcpflux.host.observation;

import dev.mcpflux.client.ProtocolRevision;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** One observed start of a server, or one session from ready to its end. */
public final class McpServerContext extends Observation.Context {

    /** What is observed. */
    public enum Phase {
        /** From the decision to start it until it is ready or has failed. */
        START,
        /** From ready until it is lost, replaced or closed. */
        SESSION
    }

    private final Phase phase;
    private final String server;
    private final int generation;
    private final @Nullable ProtocolRevision revision;
    private final Endpoint endpoint;
    private volatile boolean cancelled;

    private McpServerContext(
            Phase phase, String server, int generation, @Nullable ProtocolRevision revision, Endpoint endpoint) {
        this.phase = phase;
        this.server = server;
        this.generation = generation;
        this.revision = revision;
        this.endpoint = endpoint;
    }

    static McpServerContext start(String server, int generation) {
        return new McpServerContext(Phase.START, server, generation, null, Endpoint.UNKNOWN);
    }

    static McpServerContext session(String server, int generation, ProtocolRevision revision, Endpoint endpoint) {
        return new McpServerContext(Phase.SESSION, server, generation, revision, endpoint);
    }

    public Phase phase() {
        return phase;
    }

    /** The configured name of the server. */
    public String server() {
        return server;
    }

    /** The number of the session, from 1. */
    public int generation() {
        return generation;
    }

    /** The revision that was agreed on; null for a start. */
    public @Nullable ProtocolRevision revision() {
        return revision;
    }

    /** {@code pipe}, {@code tcp} or {@code unix}; null for a start, or if it is not known. */
    public @Nullable String networkTransport() {
        return endpoint.transport();
    }

    /** {@code http}, or null. */
    public @Nullable String networkProtocol() {
        return endpoint.protocol();
    }

    /** The host of the server, or the path of its socket; null for a process. */
    public @Nullable String serverAddress() {
        return endpoint.address();
    }

    /** The port of the server; -1 for none. */
    public int serverPort() {
        return endpoint.port();
    }

    /** Whether a start was given up because the server is closed, or started by somebody else. */
    public boolean isCancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    /** Without attributes that do not apply: meters need the same ones each time, spans do not. */
    @Override
    public KeyValues getAllKeyValues() {
        return Attributes.present(super.getAllKeyValues());
    }
}
