package dev.mcpflux.host;

import static dev.mcpflux.host.RunningHost.SECOND;
import static dev.mcpflux.host.RunningHost.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.FaultyServer;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Servers that come, go and change while the host runs. */
class HostChangesTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** How long it takes to see that nothing is under way. */
    private static final Duration CALM = Duration.ofMillis(250);

    private final Sinks.Empty<Void> gate = Sinks.empty();
    private RunningHost it = RunningHost.of("a", "b");

    @AfterEach
    void close() {
        gate.tryEmitEmpty();
        it.close();
    }

    private HostChange change(Mono<HostChange> work) {
        TestSubscriber<HostChange> done = subscribed(work);
        it.pass(CALM);
        assertThat(done.isTerminatedComplete()).isTrue();
        return done.getReceivedOnNext().get(0);
    }

    private TestSubscriber<CallToolResult> call(String tool) {
        return subscribed(it.host.callTool(tool, null));
    }

    private McpSession session(String server) {
        return it.host.server(server).<McpSession>useOne(Mono::just).block(LIMIT);
    }

    private static List<String> lists(HostChange change) {
        return List.of(
                "added " + change.added(),
                "removed " + change.removed(),
                "replaced " + change.replaced(),
                "unchanged " + change.unchanged());
    }

    @Test
    void addedServerIsReadyWhenTheMonoCompletes() {
        HostChange change = change(it.host.add(it.server("c")));
        assertThat(lists(change)).containsExactly("added [c]", "removed []", "replaced []", "unchanged [a, b]");
        assertThat(it.state("c")).isEqualTo(ServerState.READY);
        assertThat(call("c__echo").isTerminatedComplete()).isTrue();
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        Mono<HostChange> add = it.host.add(it.server("c"));
        Mono<HostChange> remove = it.host.remove("a");
        assertThat(it.names()).containsExactly("a", "b");
        assertThat(add).isNotNull();
        assertThat(remove).isNotNull();
    }

    @Test
    void addingANameTwiceFails() {
        assertThat(subscribed(it.host.add(it.server("a"))).expectTerminalError())
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("there is a server of that name already");
    }

    @Test
    void unknownNameCannotBeRemovedOrReplaced() {
        assertThat(subscribed(it.host.remove("x")).expectTerminalError())
                .hasMessageContaining("no server is called 'x'; there is a, b");
        assertThat(subscribed(it.host.replace(it.server("x"))).expectTerminalError())
                .isInstanceOf(McpConfigurationException.class);
    }

    @Test
    void addedServerThatFailsFailsAlone() {
        it.faulty("c").refuse();
        HostChange change = change(it.host.add(it.server("c")));
        assertThat(change.added()).containsExactly("c");
        assertThat(it.state("c")).isEqualTo(ServerState.BACKING_OFF);
        assertThat(call("a__echo").isTerminatedComplete()).isTrue();
    }

    @Test
    void removedServerIsClosedAndUnknown() {
        change(it.host.remove("a"));
        assertThat(it.names()).containsExactly("b");
        assertThat(it.faulty("a").live()).isZero();
        assertThat(call("a__echo").isTerminatedError()).isTrue();
        assertThat(it.host.tools().collectList().block(LIMIT))
                .extracting(tool -> tool.server())
                .containsOnly("b");
    }

    @Test
    void handleOfARemovedServerIsUnavailable() {
        ServerHandle handle = it.host.server("a");
        change(it.host.remove("a"));
        assertThat(subscribed(handle.useOne(McpSession::ping)).expectTerminalError())
                .isInstanceOf(McpServerUnavailableException.class);
    }

    @Test
    void callsOfARemovedServerMayEnd() {
        Sinks.One<CallToolResult> answer = Sinks.one();
        it.faulty("a").memory().handle("slow", call -> answer.asMono());
        TestSubscriber<CallToolResult> call = call("a__slow");
        TestSubscriber<HostChange> removed = subscribed(it.host.remove("a"));
        it.pass(SECOND.multipliedBy(20));
        assertThat(removed.isTerminated()).isFalse();
        assertThat(it.faulty("a").live()).isEqualTo(1);
        answer.tryEmitValue(InMemoryServer.text("late"));
        assertThat(call.isTerminatedComplete()).isTrue();
        it.pass(CALM);
        assertThat(removed.isTerminatedComplete()).isTrue();
        assertThat(it.faulty("a").live()).isZero();
    }

    @Test
    void callsOfARemovedServerHaveALimit() {
        TestSubscriber<CallToolResult> call = call("a__hang");
        TestSubscriber<HostChange> removed = subscribed(it.host.remove("a"));
        it.pass(SECOND.multipliedBy(29));
        assertThat(call.isTerminated()).isFalse();
        it.pass(SECOND);
        assertThat(call.isTerminatedError()).isTrue();
        assertThat(removed.isTerminatedComplete()).isTrue();
    }

    @Test
    void unchangedServersKeepTheirSessions() {
        McpSession before = session("a");
        HostChange change = change(it.host.apply(it.config(it.server("a"), it.changed("b"), it.server("c"))));
        assertThat(lists(change)).containsExactly("added [c]", "removed []", "replaced [b]", "unchanged [a]");
        assertThat(session("a")).isSameAs(before);
        assertThat(it.faulty("a").opened()).isEqualTo(1);
        assertThat(it.faulty("b").opened()).isEqualTo(2);
    }

    @Test
    void sameConfigurationChangesNothing() {
        int events = it.events(HostEvent.ServersChanged.class).size();
        assertThat(change(it.host.apply(it.config("a", "b"))).isEmpty()).isTrue();
        assertThat(it.faulty("a").opened()).isEqualTo(1);
        assertThat(it.events(HostEvent.ServersChanged.class)).hasSize(events);
    }

    @Test
    void orderOfTheConfigurationIsTaken() {
        assertThat(change(it.host.apply(it.config("b", "a"))).isEmpty()).isTrue();
        assertThat(it.names()).containsExactly("b", "a");
    }

    @Test
    void replacementWaitsForTheOldProcess() {
        it.faulty("a").closing(gate.asMono());
        TestSubscriber<HostChange> replaced = subscribed(it.host.replace(it.changed("a")));
        it.pass(SECOND.multipliedBy(5));
        assertThat(it.faulty("a").opened()).isEqualTo(1);
        assertThat(it.state("a")).isEqualTo(ServerState.STARTING);
        gate.tryEmitEmpty();
        assertThat(replaced.isTerminatedComplete()).isTrue();
        assertThat(it.faulty("a").most()).isEqualTo(1);
        assertThat(it.state("a")).isEqualTo(ServerState.READY);
    }

    @Test
    void remoteReplacementDoesNotWait() {
        FaultyServer remote = new FaultyServer("r", true);
        change(it.host.add(ServerDefinition.of(remote)));
        remote.closing(gate.asMono());
        TestSubscriber<HostChange> replaced = subscribed(
                it.host.replace(ServerDefinition.of(remote).with(o -> o.startTimeout(Duration.ofSeconds(3)))));
        assertThat(it.state("r")).isEqualTo(ServerState.READY);
        assertThat(remote.opened()).isEqualTo(2);
        assertThat(replaced.isTerminated()).isFalse();
        gate.tryEmitEmpty();
        it.pass(CALM);
        assertThat(replaced.isTerminatedComplete()).isTrue();
        assertThat(remote.live()).isEqualTo(1);
    }

    @Test
    void newCallsOfAReplacedServerWaitForTheNewOne() {
        TestSubscriber<HostChange> replaced = subscribed(it.host.replace(it.changed("a")));
        TestSubscriber<CallToolResult> call = call("a__echo");
        assertThat(call.isTerminated()).isFalse();
        it.pass(CALM);
        assertThat(replaced.isTerminatedComplete()).isTrue();
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @Test
    void replacementWithTheSameChangesNothing() {
        assertThat(change(it.host.replace(it.server("a"))).isEmpty()).isTrue();
        assertThat(it.faulty("a").opened()).isEqualTo(1);
    }

    @Test
    void circleChangesNothing() {
        assertThat(subscribed(it.host.replace(it.server("a", "a"))).expectTerminalError())
                .isInstanceOf(McpConfigurationException.class);
        change(it.host.replace(it.server("b", "a")));
        assertThat(subscribed(it.host.replace(it.server("a", "b"))).expectTerminalError())
                .hasMessageContaining("a -> b -> a");
        assertThat(it.faulty("a").opened()).isEqualTo(1);
        assertThat(it.state("a")).isEqualTo(ServerState.READY);
    }

    @Test
    void changesAreMadeOneAfterTheOther() {
        it.faulty("c").opening(gate.asMono());
        TestSubscriber<HostChange> first = subscribed(it.host.add(it.server("c")));
        TestSubscriber<HostChange> second = subscribed(it.host.add(it.server("d")));
        TestSubscriber<HostChange> third = subscribed(it.host.remove("d"));
        it.pass(CALM);
        assertThat(it.faulty("d").opened()).isZero();
        gate.tryEmitEmpty();
        it.pass(CALM);
        assertThat(first.isTerminatedComplete() && second.isTerminatedComplete() && third.isTerminatedComplete())
                .isTrue();
        assertThat(it.names()).containsExactly("a", "b", "c");
        assertThat(it.faulty("d").live()).isZero();
    }

    @Test
    void failedChangeDoesNotHoldUpTheNext() {
        subscribed(it.host.remove("x"));
        subscribed(it.host.replace(it.server("a", "a")));
        assertThat(change(it.host.add(it.server("c"))).added()).containsExactly("c");
    }

    @Test
    void cancelledChangeGoesOn() {
        it.faulty("c").opening(gate.asMono());
        subscribed(it.host.add(it.server("c"))).cancel();
        TestSubscriber<HostChange> next = subscribed(it.host.add(it.server("d")));
        gate.tryEmitEmpty();
        assertThat(it.state("c")).isEqualTo(ServerState.READY);
        assertThat(next.isTerminatedComplete()).isTrue();
    }

    @Test
    void changeThatWaitsAndIsCancelledIsMadeInItsTurn() {
        it.faulty("c").opening(gate.asMono());
        subscribed(it.host.add(it.server("c")));
        subscribed(it.host.add(it.server("d"))).cancel();
        gate.tryEmitEmpty();
        assertThat(it.state("d")).isEqualTo(ServerState.READY);
    }

    @Test
    void eachSubscriptionIsAChange() {
        Mono<HostChange> add = it.host.add(it.server("c"));
        change(add);
        assertThat(subscribed(add).isTerminatedError()).isTrue();
    }

    @Test
    void closeDuringAChangeEndsIt() {
        it.faulty("c").opening(Mono.never());
        TestSubscriber<HostChange> added = subscribed(it.host.add(it.server("c")));
        TestSubscriber<HostChange> waiting = subscribed(it.host.add(it.server("d")));
        it.close();
        assertThat(added.isTerminated()).isTrue();
        assertThat(waiting.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(it.faulty("d").opened()).isZero();
    }

    @Test
    void closeDuringADrainEndsIt() {
        TestSubscriber<CallToolResult> call = call("a__hang");
        TestSubscriber<HostChange> removed = subscribed(it.host.remove("a"));
        TestSubscriber<Void> closed = subscribed(it.host.close());
        assertThat(closed.isTerminatedComplete()).isTrue();
        assertThat(removed.isTerminated()).isTrue();
        assertThat(call.isTerminatedError()).isTrue();
        assertThat(it.live()).isZero();
    }

    @Test
    void closeDuringAReplacementStartsNothing() {
        it.faulty("a").closing(gate.asMono());
        TestSubscriber<HostChange> replaced = subscribed(it.host.replace(it.changed("a")));
        it.pass(CALM);
        TestSubscriber<Void> closed = subscribed(it.host.close());
        gate.tryEmitEmpty();
        assertThat(closed.isTerminatedComplete()).isTrue();
        assertThat(replaced.isTerminated()).isTrue();
        assertThat(it.faulty("a").opened()).isEqualTo(1);
    }

    @Test
    void closedHostIsNotChanged() {
        it.close();
        assertThat(subscribed(it.host.add(it.server("c"))).expectTerminalError())
                .isInstanceOf(McpClosedException.class);
        assertThat(it.faulty("c").opened()).isZero();
    }

    @Test
    void changeBeforeTheStartIsStartedOnce() {
        RunningHost early = new RunningHost();
        subscribed(early.host.apply(early.config("x")));
        early.host.start().block(LIMIT);
        assertThat(early.state("x")).isEqualTo(ServerState.READY);
        assertThat(early.faulty("x").opened()).isEqualTo(1);
        early.close();
    }

    // -- order

    private List<String> closings(String... names) {
        List<String> order = new ArrayList<>();
        for (String name : names) {
            it.faulty(name).closing(Mono.fromRunnable(() -> order.add(name)));
        }
        return order;
    }

    @Test
    void addedServersAreShutDownFirst() {
        change(it.host.add(it.server("c")));
        List<String> order = closings("a", "b", "c");
        it.close();
        assertThat(order).containsExactly("c", "b", "a");
    }

    @Test
    void dependentsAreShutDownFirstWheneverTheyCame() {
        change(it.host.replace(it.server("a", "b")));
        change(it.host.replace(it.changed("b")));
        List<String> order = closings("a", "b");
        it.close();
        assertThat(order).containsExactly("a", "b");
    }

    @Test
    void removedDependentsAreClosedFirst() {
        change(it.host.replace(it.server("a", "b")));
        List<String> order = closings("b");
        it.faulty("a").closing(gate.asMono().doOnSubscribe(s -> order.add("a begins")));
        TestSubscriber<HostChange> removed = subscribed(it.host.apply(it.config(new String[0])));
        it.pass(CALM);
        assertThat(order).as("its dependent is not gone").containsExactly("a begins");
        gate.tryEmitEmpty();
        it.pass(CALM);
        assertThat(order).containsExactly("a begins", "b");
        assertThat(removed.isTerminatedComplete()).isTrue();
    }

    @Test
    void addedServersStartAfterTheirDependencies() {
        it.faulty("d").opening(gate.asMono());
        TestSubscriber<HostChange> added = subscribed(
                it.host.apply(it.config(it.server("a"), it.server("b"), it.server("c", "d"), it.server("d"))));
        assertThat(it.faulty("d").opened()).isEqualTo(1);
        assertThat(it.faulty("c").opened()).isZero();
        gate.tryEmitEmpty();
        assertThat(it.faulty("c").opened()).isEqualTo(1);
        assertThat(added.isTerminatedComplete()).isTrue();
    }

    @Test
    void failedDependencyDoesNotKeepAServerFromStarting() {
        it.faulty("d").refuse();
        change(it.host.apply(it.config(it.server("c", "d"), it.server("d"))));
        assertThat(it.state("c")).isEqualTo(ServerState.READY);
    }

    @Test
    void startingALazyServerStartsWhatItNeeds() {
        RunningHost lazy = new RunningHost();
        subscribed(lazy.host.start());
        ServerDefinition d = lazy.server("d").with(o -> o.lifetime(life -> life.lazy(true)));
        ServerDefinition c = lazy.server("c", "d").with(o -> o.lifetime(life -> life.lazy(true)));
        subscribed(lazy.host.apply(lazy.config(c, d)));
        assertThat(lazy.live()).isZero();
        assertThat(subscribed(lazy.host.callTool("c__echo", null)).isTerminatedComplete())
                .isTrue();
        assertThat(lazy.state("d")).isEqualTo(ServerState.READY);
        lazy.close();
    }

    // -- what is lost meanwhile, and events

    @Test
    void removedServerIsNotRestarted() {
        TestSubscriber<CallToolResult> call = call("a__hang");
        TestSubscriber<HostChange> removed = subscribed(it.host.remove("a"));
        it.faulty("a").crash();
        assertThat(call.isTerminatedError()).isTrue();
        it.pass(SECOND.multipliedBy(5));
        assertThat(removed.isTerminatedComplete()).isTrue();
        assertThat(it.faulty("a").opened()).isEqualTo(1);
    }

    @Test
    void removedServerIsNotRestartedWhileOthersDrain() {
        change(it.host.apply(it.config(it.server("a"), it.server("b", "a"))));
        TestSubscriber<CallToolResult> call = call("b__hang");
        TestSubscriber<HostChange> removed = subscribed(it.host.apply(it.config(new String[0])));
        it.pass(SECOND);
        int opened = it.faulty("a").opened();
        it.faulty("a").crash();
        it.pass(SECOND.multipliedBy(5));
        assertThat(removed.isTerminated()).as("b still drains").isFalse();
        assertThat(it.faulty("a").opened()).isEqualTo(opened);
        call.cancel();
        it.pass(SECOND);
        assertThat(removed.isTerminatedComplete()).isTrue();
    }

    @Test
    void changesAreEvents() {
        it.events.clear();
        change(it.host.replace(it.changed("a")));
        assertThat(it.events(HostEvent.ServersChanged.class))
                .extracting(event -> lists(event.change()))
                .containsExactly(List.of("added []", "removed []", "replaced [a]", "unchanged [b]"));
        assertThat(it.events(HostEvent.StateChanged.class))
                .as("those of the new one only")
                .extracting(HostEvent.StateChanged::to)
                .containsExactly(ServerState.STARTING, ServerState.READY);
    }

    @Test
    void lateSubscriberSeesNoRemovedServer() {
        change(it.host.remove("a"));
        List<HostEvent> late = new ArrayList<>();
        dev.mcpflux.internal.EventSink.direct(it.host.events()).subscribe(late::add);
        assertThat(late).extracting(HostEvent::server).containsExactly("b");
    }

    @Test
    void replacedServersAreForgotten() {
        java.lang.ref.WeakReference<ServerHandle> old = new java.lang.ref.WeakReference<>(it.host.server("a"));
        it.host.tools().blockLast(LIMIT);
        change(it.host.replace(it.changed("a")));
        change(it.host.replace(it.server("a")));
        // timers of what was replaced
        it.pass(Duration.ofMinutes(5));
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (old.get() != null) {
            assertThat(System.nanoTime()).as("it is still held").isLessThan(limit);
            System.gc();
        }
    }

    @Test
    void pendingChangesDoNotCountRemovedServers() {
        call("a__hang");
        subscribed(it.host.remove("a"));
        assertThat(it.host.servers()).hasSize(1);
        assertThat(it.host.pendingRequests()).isZero();
        it.pass(SECOND.multipliedBy(31));
    }
}
