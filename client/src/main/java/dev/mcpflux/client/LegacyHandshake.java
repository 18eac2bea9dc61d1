package dev.mcpflux.client;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.InitializeParams;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** {@code initialize} (specification 2025-11-25: basic/lifecycle). */
final class LegacyHandshake implements Negotiation {

    static final ServerCapabilities NO_CAPABILITIES =
            new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of());

    @Override
    public Mono<PeerInfo> negotiate(Attempt attempt) {
        return Mono.defer(() -> {
            SessionOptions options = attempt.options();
            InitializeParams params = new InitializeParams(
                    // "This SHOULD be the latest version supported by the client."
                    ProtocolRevision.latestLegacy().wire(),
                    options.handlers().capabilities(ProtocolEra.LEGACY, options.extensions()),
                    options.clientInfo());
            // "The initialize request MUST NOT be cancelled by clients."
            RequestSpec initialize = RequestSpec.of(
                            Methods.INITIALIZE, RequestEffect.MAY_ACT, params, InitializeResult.class)
                    .withCancellable(false);
            return Responses.single(attempt.server(), attempt.connection(), initialize, InitializeResult.class)
                    .onErrorResume(
                            McpPeerErrorException.class,
                            e -> Responses.unhooked(echoed(e) ? echo(attempt.server()) : e))
                    .flatMap(result -> accept(attempt.connection(), attempt.server(), result));
        });
    }

    private static boolean echoed(McpPeerErrorException e) {
        return ServerRequests.ECHO.equals(e.error().message());
    }

    private static McpProtocolException echo(String server) {
        return new McpProtocolException(server, "it echoes its input, as cat does, so it is not an MCP server");
    }

    private static Mono<PeerInfo> accept(Connection connection, String server, InitializeResult result) {
        String offered = result.protocolVersion();
        if (offered == null) {
            return Responses.unhooked(
                    new McpProtocolException(server, "the answer to initialize names no protocolVersion"));
        }
        // "If the client does not support the version in the server's response, it SHOULD disconnect."
        Optional<ProtocolRevision> revision =
                ProtocolRevision.ofWire(offered).filter(r -> r.era() == ProtocolEra.LEGACY);
        if (revision.isEmpty()) {
            return Mono.error(new McpProtocolException(
                    server,
                    "it speaks protocol revision " + connection.mask(offered) + " only; known are "
                            + ProtocolRevision.known()));
        }
        Implementation info = result.serverInfo();
        ServerCapabilities capabilities = result.capabilities();
        return Mono.just(new PeerInfo(
                revision.get(),
                info != null ? info : new Implementation(server, "unknown"),
                capabilities != null ? capabilities : NO_CAPABILITIES,
                result.instructions()));
    }
}
