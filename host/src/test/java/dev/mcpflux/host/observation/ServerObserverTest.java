package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.ProtocolRevision;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.HostMonitor;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.ScriptedPeer;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ServerObserverTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ServerCapabilities CAPABILITIES =
            new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of());
    private static final PeerInfo PEER =
            new PeerInfo(ProtocolRevision.V2025_06_18, new Implementation("s", "1"), CAPABILITIES, null);
    private static final McpException LOST = new McpConnectionException("s", "it ended", Diagnostics.NONE, null);

    private final RecordedObservations observed = new RecordedObservations(Map.of());
    private final McpObservation observation =
            McpObservation.builder(observed.registry()).build();

    private ServerLife life = new ServerLife.Pending();
    private final HostMonitor.Watch watch =
            new ServerObserver(McpHost.create(HostConfig.builder().build()), observation);

    private void becomes(ServerLife after) {
        watch.onEvent(new HostEvent.StateChanged("s", life, after));
        life = after;
    }

    private static ServerLife ready(int generation) {
        return new ServerLife.Ready(generation, PEER, Duration.ofMillis(1));
    }

    private Map<String, String> attributes(String name) {
        return RecordedObservations.map(observed.ended(name).getAllKeyValues());
    }

    @Test
    void startAndSessionFollowEachOther() {
        becomes(new ServerLife.Starting(1, 1));
        assertThat(observed.running()).containsExactly("start s");
        becomes(ready(1));
        assertThat(observed.running()).containsExactly("session s");
        assertThat(attributes("start s"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mcpflux.server.name", "s", "mcpflux.outcome", "success", "mcpflux.server.generation", "1"));
        becomes(new ServerLife.Closing(life));
        assertThat(observed.running()).isEmpty();
        assertThat(observed.ended("start s").getName()).isEqualTo("mcpflux.server.start");
        assertThat(observed.ended("session s").getName()).isEqualTo("mcp.client.session.duration");
        assertThat(attributes("session s"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mcpflux.server.name", "s",
                        "mcp.protocol.version", "2025-06-18",
                        "mcpflux.server.generation", "1"));
        assertThat(RecordedObservations.map(observed.ended("session s").getLowCardinalityKeyValues()))
                .containsOnlyKeys(
                        "mcpflux.server.name",
                        "mcp.protocol.version",
                        "network.transport",
                        "network.protocol.name",
                        "error.type");
    }

    @Test
    void failedStartHasAnError() {
        becomes(new ServerLife.Starting(1, 1));
        becomes(new ServerLife.Failed(1, LOST));
        assertThat(observed.ended("start s").getError()).isSameAs(LOST);
        assertThat(attributes("start s"))
                .containsEntry("error.type", McpConnectionException.class.getName())
                .containsEntry("mcpflux.outcome", "error");
    }

    @Test
    void startThatIsGivenUpIsCancelled() {
        becomes(new ServerLife.Starting(1, 1));
        becomes(new ServerLife.Closing(life));
        assertThat(observed.ended("start s").getError()).isNull();
        assertThat(attributes("start s")).containsEntry("mcpflux.outcome", "cancelled");
    }

    @Test
    void lostSessionHasAnError() {
        becomes(ready(1));
        becomes(new ServerLife.BackingOff(1, LOST, 2, Instant.EPOCH));
        assertThat(attributes("session s")).containsEntry("error.type", McpConnectionException.class.getName());
        becomes(new ServerLife.Starting(2, 2));
        assertThat(observed.running()).containsExactly("start s");
    }

    @Test
    void sessionGoesOnWhileDegraded() {
        becomes(ready(1));
        becomes(new ServerLife.Degraded(1, PEER, Duration.ZERO, LOST, null));
        becomes(ready(1));
        assertThat(observed.stopped()).isEmpty();
        assertThat(observed.running()).containsExactly("session s");
    }

    @Test
    void renewedSessionIsAnother() {
        becomes(ready(1));
        becomes(ready(2));
        assertThat(attributes("session s")).containsEntry("mcpflux.server.generation", "1");
        assertThat(observed.running()).containsExactly("session s");
    }

    @Test
    void restedSessionEndsWithoutError() {
        becomes(ready(1));
        becomes(new ServerLife.Idle(1));
        assertThat(attributes("session s")).doesNotContainKey("error.type");
        assertThat(observed.running()).isEmpty();
    }

    @Test
    void whatIsLeftEndsWithTheHost() {
        becomes(new ServerLife.Starting(1, 1));
        watch.onClosed();
        assertThat(attributes("start s")).containsEntry("mcpflux.outcome", "cancelled");
        becomes(new ServerLife.Closed(ServerState.CLOSED, 1, null));
        assertThat(observed.stopped()).containsExactly("start s");
    }

    @Test
    void callOfTheThreadIsNotTheParent() {
        Observation caller = Observation.start("caller", observed.registry());
        caller.scoped(() -> becomes(new ServerLife.Starting(1, 1)));
        becomes(ready(1));
        assertThat(observed.ended("start s").getParentObservation()).isNull();
        assertThat(observed.registry().getCurrentObservation()).isNull();
    }

    @Test
    void twoServersAreApart() {
        becomes(ready(1));
        watch.onEvent(new HostEvent.StateChanged("other", new ServerLife.Pending(), ready(1)));
        watch.onEvent(new HostEvent.StateChanged("other", ready(1), new ServerLife.Failed(1, LOST)));
        assertThat(observed.running()).containsExactly("session s");
        assertThat(observed.stopped()).containsExactly("session other");
    }

    @Test
    void hostsEndWhatTheyHaveBegun() {
        HostConfig config = observation
                .observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(InMemoryServer.named("a").transport())
                        .server(ScriptedPeer.named("b").close().transport()))
                .build();
        McpHost.useOne(config, host -> Mono.just(true)).block(LIMIT);
        assertThat(observed.running()).isEmpty();
        assertThat(observed.stopped()).containsExactlyInAnyOrder("start a", "session a", "start b");
    }

    @Test
    void conventionsAreReplacedOneByOne() {
        McpObservation changed = McpObservation.builder(observed.registry())
                .starts(new DefaultMcpStartConvention() {
                    @Override
                    public String getName() {
                        return "my.start";
                    }
                })
                .sessions(new DefaultMcpSessionConvention() {
                    @Override
                    public String getName() {
                        return "my.session";
                    }
                })
                .build();
        HostConfig config = changed.observe(HostConfig.builder()
                        .shutdownHook(false)
                        .server(InMemoryServer.named("a").transport()))
                .build();
        McpHost.useOne(config, host -> Mono.just(true)).block(LIMIT);
        assertThat(observed.ended("start a").getName()).isEqualTo("my.start");
        assertThat(observed.ended("session a").getName()).isEqualTo("my.session");
    }

    @Test
    void conventionOfTheRegistryIsOfOnePhase() {
        observed.registry().observationConfig().observationConvention(new DefaultMcpStartConvention() {
            @Override
            public String getName() {
                return "global";
            }
        });
        becomes(new ServerLife.Starting(1, 1));
        becomes(ready(1));
        becomes(new ServerLife.Idle(1));
        assertThat(observed.ended("start s").getName()).isEqualTo("global");
        assertThat(observed.ended("session s").getName()).isEqualTo("mcp.client.session.duration");
    }
}
