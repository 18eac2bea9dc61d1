package dev.mcpflux.client;

import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.protocol.Discovery.DiscoverResult;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.List;
import reactor.core.publisher.Mono;

/** {@code server/discover} (specification 2026-07-28: server/discover). */
final class Discover {

    private Discover() {}

    /**
     * Sends the request in this revision.
     *
     * @param probe whether the server may not know the method; such a request is not cancelled at the server
     */
    static Mono<DiscoverResult> ask(
            String server, Connection connection, SessionOptions options, ProtocolRevision revision, boolean probe) {
        Dialect dialect = Dialect.of(revision, options);
        RequestSpec spec = RequestSpec.of(Methods.DISCOVER, RequestEffect.READS, null, DiscoverResult.class)
                .withMeta((id, context) -> dialect.meta(null, context, RequestOptions.defaults()))
                .withCancellable(!probe);
        return Responses.single(server, connection, spec, DiscoverResult.class);
    }

    static PeerInfo peer(String server, ProtocolRevision revision, DiscoverResult result) {
        Implementation named = result.meta() == null ? null : result.meta().serverInfo();
        Implementation info = named != null ? named : result.serverInfo();
        return new PeerInfo(
                revision,
                info != null ? info : new Implementation(server, "unknown"),
                result.capabilities() == null ? LegacyHandshake.NO_CAPABILITIES : result.capabilities(),
                result.instructions());
    }

    static McpProtocolException nothingInCommon(Connection connection, String server, List<String> offered) {
        return new McpProtocolException(
                server,
                "it speaks protocol revisions " + connection.mask(String.join(", ", offered)) + " only; known are "
                        + ProtocolRevision.known());
    }
}
