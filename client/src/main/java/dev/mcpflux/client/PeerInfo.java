package dev.mcpflux.client;

import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import org.jspecify.annotations.Nullable;

/**
 * The result of a negotiation.
 *
 * @param revision the negotiated revision
 * @param server the name and version of the server
 * @param capabilities the capabilities of the server
 * @param instructions how to use the server, for a model
 */
public record PeerInfo(
        ProtocolRevision revision,
        Implementation server,
        ServerCapabilities capabilities,
        @Nullable String instructions) {

    public ProtocolEra era() {
        return revision.era();
    }
}
