package dev.mcpflux.host;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerEvents;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerSupervisor;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes the servers of one host from their definitions. They share what the host has learned, and its connections. */
final class ServerFactory {

    private final HostConfig config;
    private final ServerRegistry servers;
    private final HostEvents events;
    private final EraMemory memory = new EraMemory();
    private final TransportFactory transports;

    ServerFactory(HostConfig config, ServerRegistry servers, HostEvents events) {
        this.config = config;
        this.servers = servers;
        this.events = events;
        this.transports = new TransportFactory(config.variables(), config.proxies(), config.authorizer());
    }

    /** A server that is not started yet. */
    ServerSupervisor create(ServerDefinition definition) {
        return create(definition, Mono.empty());
    }

    /** The same, which is not started before something else has completed. */
    ServerSupervisor create(ServerDefinition definition, Mono<Void> after) {
        Set<String> needs = definition.options().dependsOn();
        Mono<Void> dependencies = needs.isEmpty() ? after : after.then(Mono.defer(() -> started(needs)));
        Reports reports = new Reports();
        ServerSupervisor server = new ServerSupervisor(
                definition, config.session(), transports, config.decorator(), memory, reports, dependencies);
        reports.of = server;
        events.emit(new HostEvent.CurrentState(server.name(), server.life()));
        return server;
    }

    /** Whether anybody can see a difference: not when what has failed is closed. */
    private static boolean isVisible(ServerLife before, ServerLife after) {
        return before.state() != after.state()
                || before.generation() != after.generation()
                || before instanceof ServerLife.Degraded;
    }

    /** Makes events of the host from what happens to one server. */
    private final class Reports implements ServerEvents {
        private volatile @Nullable ServerSupervisor of;

        @Override
        @SuppressWarnings("ReferenceEquality")
        public void changed(String server, ServerLife before, ServerLife after) {
            ServerSupervisor now = servers.find(server);
            // one that was replaced is not taken for the one in its place
            if ((now == null || now == of) && isVisible(before, after)) {
                events.emit(new HostEvent.StateChanged(server, before, after));
            }
        }

        @Override
        public void reported(String server, SessionEvent event) {
            events.emit(new HostEvent.FromServer(server, event));
        }
    }

    private Mono<Void> started(Set<String> names) {
        List<Mono<Void>> needed = names.stream()
                .map(servers::find)
                .filter(Objects::nonNull)
                .map(ServerSupervisor::ensureStarted)
                .toList();
        return Mono.when(needed);
    }
}
