package dev.mcpflux.client;

import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import org.jspecify.annotations.Nullable;

/**
 * What a negotiation ended in.
 *
 * @param revision the revision both sides speak
 * @param server who the server says it is
 * @param capabilities what it offers
 * @param instructions how it wants to be used, for a model
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
