package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.ForwardingConnection;
import dev.mcpflux.transport.spi.Transport;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class StartGateTest {

    private final AtomicInteger opened = new AtomicInteger();
    private final StartGate gate = new StartGate();

    @Test
    void serverOpensAfterTheGate() {
        Transport counted = InMemoryServer.named("a")
                .transport()
                .with(connection -> new ForwardingConnection(connection) {
                    @Override
                    public Mono<Void> open() {
                        return Mono.fromRunnable(opened::incrementAndGet);
                    }
                });
        Connection held =
                gate.of(HostConfig.builder().build()).decorator().apply(counted).connection();
        held.open().subscribe();
        assertThat(opened).hasValue(0);

        gate.open();
        assertThat(opened).hasValue(1);
        held.open().subscribe();
        assertThat(opened).hasValue(2);
    }
}
