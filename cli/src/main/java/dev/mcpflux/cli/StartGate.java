package dev.mcpflux.cli;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Transport;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Holds servers back until somebody is subscribed to their events, so that the first lines of stderr are not missed. */
final class StartGate {

    private final Sinks.Empty<Void> opened = Sinks.empty();

    /** The same servers, which do not start before {@link #open()}. None of them may be required. */
    HostConfig of(HostConfig config) {
        return config.mutate().decorator(this::held).build();
    }

    void open() {
        opened.tryEmitEmpty();
    }

    private Transport held(Transport transport) {
        return transport.with(connection -> new ForwardingConnection(connection) {
            @Override
            public Mono<Void> open() {
                return opened.asMono().then(Mono.defer(delegate()::open));
            }
        });
    }
}
