package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class HostMonitorsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private HostMonitor.Watch recording(McpHost host) {
        seen.add("watch");
        return new HostMonitor.Watch() {
            @Override
            public void onEvent(HostEvent event) {
                if (event instanceof HostEvent.CurrentState now) {
                    seen.add(now.server() + " is " + now.state());
                } else if (event instanceof HostEvent.StateChanged changed) {
                    seen.add(changed.server() + " to " + changed.to());
                }
            }

            @Override
            public void onClosed() {
                seen.add("closed");
            }
        };
    }

    private static HostConfig.Builder config() {
        return HostConfig.builder()
                .shutdownHook(false)
                .server(InMemoryServer.named("a").transport());
    }

    @Test
    void followsAHostFromItsStartToItsEnd() {
        McpHost.useOne(config().monitor(this::recording).build(), host -> Mono.just(true))
                .block(LIMIT);
        assertThat(seen)
                .containsExactly(
                        "watch",
                        "a is pending",
                        "a to starting",
                        "a to ready",
                        "a to closing",
                        "a to closed",
                        "closed");
    }

    @Test
    void hostThatWasNotStartedIsNotFollowed() {
        McpHost host = McpHost.create(config().monitor(this::recording).build());
        host.close().block(LIMIT);
        host.start().onErrorComplete().block(LIMIT);
        assertThat(seen).isEmpty();
    }

    @Test
    void monitorThatThrowsDisturbsNobody() {
        HostMonitor throwing = host -> {
            throw new IllegalStateException("watch");
        };
        HostMonitor failing = host -> new HostMonitor.Watch() {
            @Override
            public void onEvent(HostEvent event) {
                throw new IllegalStateException("event");
            }

            @Override
            public void onClosed() {
                throw new IllegalStateException("closed");
            }
        };
        HostConfig config = config().monitor(throwing)
                .monitor(failing)
                .monitor(this::recording)
                .build();
        assertThat(McpHost.useOne(config, host -> Mono.just("done")).block(LIMIT))
                .isEqualTo("done");
        assertThat(seen).startsWith("watch", "a is pending").endsWith("a to closed", "closed");
    }
}
