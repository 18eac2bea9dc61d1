package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.subscriber.TestSubscriber;

/** What a subscriber of events sees of the start, whenever it subscribes. */
class HostEventsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static McpHost host(ServerDefinition... servers) {
        HostConfig.Builder config = HostConfig.builder().shutdownHook(false);
        for (ServerDefinition server : servers) {
            config.server(server);
        }
        return McpHost.create(config.build());
    }

    private static ServerDefinition peer(String name) {
        return ServerDefinition.of(ScriptedPeer.named(name).handshake().transport());
    }

    private static ServerDefinition disabled(String name) {
        return peer(name).with(options -> options.disabled("the test"));
    }

    private static Flux<String> states(McpHost host) {
        return EventSink.direct(host.events()).handle((event, sink) -> {
            if (event instanceof HostEvent.CurrentState now) {
                sink.next(now.server() + " is " + now.state());
            } else if (event instanceof HostEvent.StateChanged changed) {
                sink.next(changed.server() + " " + changed.from() + " to " + changed.to());
            }
        });
    }

    @Test
    void subscriberBeforeTheStartMissesNothing() {
        McpHost host = host(peer("a"));
        states(host).subscribe(seen::add);
        host.start().block(LIMIT);
        host.close().block(LIMIT);
        assertThat(seen)
                .containsExactly(
                        "a is pending",
                        "a pending to starting",
                        "a starting to ready",
                        "a ready to closing",
                        "a closing to closed");
    }

    @Test
    void lateSubscriberGetsTheCurrentStates() {
        ServerDefinition wrong = new ServerDefinition.Invalid("b", "it is wrong", null, ServerOptions.defaults());
        McpHost host = host(peer("a"), wrong, disabled("c"));
        host.start().block(LIMIT);
        states(host).subscribe(seen::add);
        assertThat(seen).containsExactly("a is ready", "b is failed", "c is disabled");
        host.close().block(LIMIT);
        assertThat(seen).endsWith("c is disabled", "a ready to closing", "a closing to closed");
    }

    @Test
    void subscriberAfterTheCloseGetsTheLastStates() {
        McpHost host = host(peer("a"));
        host.start().block(LIMIT);
        host.close().block(LIMIT);
        TestSubscriber<HostEvent> late = TestSubscriber.create();
        host.events().subscribe(late);
        late.block(LIMIT);
        assertThat(late.getReceivedOnNext())
                .containsExactly(new HostEvent.CurrentState("a", new ServerLife.Closed(ServerState.CLOSED, 1, null)));
        assertThat(late.isTerminatedComplete()).isTrue();
    }

    @Test
    void statesOfManyServersAreNotDropped() {
        ServerDefinition[] many = new ServerDefinition[300];
        for (int i = 0; i < many.length; i++) {
            many[i] = disabled("s" + i);
        }
        McpHost host = host(many);
        TestSubscriber<HostEvent> slow =
                TestSubscriber.builder().initialRequest(0).build();
        host.events().subscribe(slow);
        host.close().block(LIMIT);
        slow.request(Long.MAX_VALUE);
        slow.block(LIMIT);
        assertThat(slow.getReceivedOnNext())
                .hasSize(300)
                .allSatisfy(event -> assertThat(event).isInstanceOf(HostEvent.CurrentState.class));
    }
}
