package dev.mcpflux.cli.inspect;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.ListKind;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Everything that a server offers.
 *
 * @param status after its lists were read
 * @param peer the server itself
 * @param lists those that its capabilities name
 */
public record ServerInspection(ServerStatus status, PeerInfo peer, List<ReadList> lists) {

    /**
     * Starts the server where that is needed, and reads its lists one after the other, so that the time of one says nothing
     * about another.
     *
     * @param clock measures the times
     * @return fails if the server cannot be started; a list that cannot be read is a value
     */
    public static Mono<ServerInspection> of(ServerHandle server, Scheduler clock) {
        return server.useOne(session -> session.open()
                .flatMap(peer -> Flux.fromArray(ListKind.values())
                        .filter(kind -> kind.isOfferedBy(peer.capabilities()))
                        .concatMap(kind -> ReadList.of(kind, elements(session, kind), clock))
                        .collectList()
                        .map(lists -> new ServerInspection(server.status(), peer, lists))));
    }

    private static Flux<?> elements(McpSession session, ListKind kind) {
        return switch (kind) {
            case TOOLS -> session.listTools();
            case PROMPTS -> session.listPrompts();
            case RESOURCES -> session.listResources();
            case RESOURCE_TEMPLATES -> session.listResourceTemplates();
        };
    }
}
