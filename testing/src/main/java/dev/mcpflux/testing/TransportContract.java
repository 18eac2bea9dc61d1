package dev.mcpflux.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/**
 * What every {@link Transport} passes: the promises of {@link Connection}, as tests. A test class implements the
 * interface, and JUnit runs the inherited tests against it.
 *
 * <pre>{@code
 * class MyTransportContractTest implements TransportContract {
 *     private final Set<Long> before = Leftovers.processes();
 *
 *     public Transport echoServer() { return MyTransport.to(…); }
 *     public Transport neverAnswering() { return MyTransport.to(…); }
 *     public void assertNothingLeft() { Leftovers.assertNone(before); }
 * }
 * }</pre>
 *
 * <p>The server behind {@link #echoServer()} speaks the legacy handshake ({@code initialize}, {@code
 * notifications/initialized}) and has the tools
 *
 * <ul>
 *   <li>{@code echo}: answers with the text of its argument {@code text};
 *   <li>{@code hang}: never answers;
 *   <li>{@code cancelled}: answers with the ids of the requests that it was told to cancel, joined by commas;
 *   <li>{@code progress}: reports the steps 1, 2, 3 where progress was asked for, then answers;
 *   <li>{@code crash}: the server goes away without an answer.
 * </ul>
 *
 * <p>{@link MisbehavingServer} is such a server as a process, {@link InMemoryServer} can be made one in five lines. The
 * tests block the thread of JUnit and every wait is bounded by {@link #limit()}.
 */
public interface TransportContract {

    /** A transport to a server as it is described above, which each connection finds without a past. */
    Transport echoServer();

    /** A transport to a server that can be reached and answers nothing, not even {@code initialize}. */
    Transport neverAnswering();

    /**
     * Called after each test, and within some.
     *
     * @throws AssertionError if something that connections of this transport have started is still there: a process, a
     *     thread, a socket
     */
    void assertNothingLeft();

    /** How long a test waits for anything; default 30 s. */
    default Duration limit() {
        return Duration.ofSeconds(30);
    }

    /**
     * Returns when the server has seen everything that was sent on the connection before. A call that is answered does
     * that wherever messages stay in order; a transport that does not keep them in order overrides this.
     */
    default void awaitArrival(Connection connection, Mono<JsonRpcMessage> echo) {
        assertNotNull(echo.block(limit()), "the echo was not answered");
    }

    @AfterEach
    default void nothingIsLeftAfterATest() {
        assertNothingLeft();
    }

    private TransportProbe open() {
        return new TransportProbe(echoServer(), limit()).open();
    }

    private void awaitArrival(TransportProbe probe) {
        awaitArrival(probe.connection, probe.echo("arrived?").single());
    }

    private void assertNoneWaits(Connection connection) {
        assertEquals(0, connection.pendingExchanges(), "exchanges that wait for a response");
    }

    // opening

    /** {@link Transport#connection()} starts nothing, and neither does what it returns before it is subscribed. */
    @Test
    default void nothingHappensBeforeItIsSubscribed() {
        AtomicInteger asked = new AtomicInteger();
        try (TransportProbe probe = new TransportProbe(echoServer(), limit())) {
            Connection connection = probe.connection;
            Mono<Void> opening = connection.open();
            Mono<Void> closing = connection.close();
            Flux<JsonRpcMessage> exchange = probe.call("echo", true, id -> asked.incrementAndGet());
            Mono<Void> notification = connection.notify(new JsonRpcMessage.Notification("notifications/x", null));
            assertAll(
                    () -> assertNotNull(opening),
                    () -> assertNotNull(closing),
                    () -> assertNotNull(exchange),
                    () -> assertNotNull(notification),
                    () -> assertNull(connection.pid(), "a process was started"),
                    () -> assertEquals(0, asked.get(), "ids were minted"),
                    () -> assertNoneWaits(connection));
            assertNothingLeft();
            // and none of it was spent
            probe.open();
            assertEquals("x", TransportProbe.text(exchange.single().block(limit())));
        }
    }

    @Test
    default void openingIsSharedByAllSubscribers() {
        try (TransportProbe probe = new TransportProbe(echoServer(), limit())) {
            Queue<Object> pids = new ConcurrentLinkedQueue<>();
            TransportProbe.atOnce(8, limit(), i -> {
                probe.connection.open().block(limit());
                pids.add(String.valueOf(probe.connection.pid()));
            });
            assertEquals(8, pids.size());
            assertEquals(1, Set.copyOf(pids).size(), "more than one process was started: " + pids);
            probe.open();
            probe.connection.open().block(limit());
            assertEquals("a", TransportProbe.text(probe.echo("a").single().block(limit())));
        }
    }

    /** Cancelling {@link Connection#open()} stops waiting and nothing else. */
    @Test
    default void anOpeningThatIsCancelledGoesOnForOthers() {
        try (TransportProbe probe = new TransportProbe(echoServer(), limit())) {
            probe.connection.open().subscribe().dispose();
            probe.open();
            assertEquals("a", TransportProbe.text(probe.echo("a").single().block(limit())));
        }
    }

    @Test
    default void cancelAndCloseDuringOpenLeaveNothing() {
        for (int i = 0; i < 10; i++) {
            try (TransportProbe probe = new TransportProbe(i % 2 == 0 ? echoServer() : neverAnswering(), limit())) {
                Disposable opening = probe.connection
                        .open()
                        .thenMany(Flux.defer(() -> probe.connection.exchange(TransportProbe.initialize())))
                        .onErrorComplete()
                        .subscribe();
                if (i % 3 == 0) {
                    Thread.onSpinWait();
                }
                opening.dispose();
            }
        }
        assertNothingLeft();
    }

    @Test
    default void closeEndsAnOpening() {
        for (int i = 0; i < 10; i++) {
            Connection connection = echoServer().connection();
            TestSubscriber<Void> opening = TestSubscriber.create();
            connection.open().subscribe(opening);
            connection.close().block(limit());
            opening.block(limit());
            if (opening.isTerminatedError()) {
                assertInstanceOf(McpClosedException.class, opening.expectTerminalError());
            }
            assertNoneWaits(connection);
        }
        assertNothingLeft();
    }

    @Test
    default void closedConnectionNeverOpens() {
        Connection connection = echoServer().connection();
        connection.close().block(limit());
        StepVerifier.create(connection.open())
                .expectError(McpClosedException.class)
                .verify(limit());
        assertNull(connection.pid(), "a process was started");
        StepVerifier.create(connection.onTermination())
                .assertNext(end -> assertEquals(Termination.Kind.CLOSED, end.kind()))
                .expectComplete()
                .verify(limit());
        assertNothingLeft();
    }

    @Test
    default void closedWhileTheServerDoesNotAnswerTheHandshake() {
        Connection connection = neverAnswering().connection();
        connection.open().block(limit());
        TestSubscriber<JsonRpcMessage> handshake = TestSubscriber.create();
        connection.exchange(TransportProbe.initialize()).subscribe(handshake);
        assertEquals(1, connection.pendingExchanges());
        connection.close().block(limit());
        handshake.block(limit());
        assertInstanceOf(McpClosedException.class, handshake.expectTerminalError());
        assertNoneWaits(connection);
        assertNothingLeft();
    }

    // exchanges

    @Test
    default void exchangeIsOneResponseThenCompletion() {
        try (TransportProbe probe = open()) {
            StepVerifier.create(probe.echo("grüß € 😀 \"q\" \n"))
                    .assertNext(m -> assertEquals("grüß € 😀 \"q\" \n", TransportProbe.text(m)))
                    .expectComplete()
                    .verify(limit());
            assertNoneWaits(probe.connection);
        }
    }

    @Test
    default void eachSubscriptionHasAnIdOfItsOwn() {
        try (TransportProbe probe = open()) {
            Queue<RequestId> ids = new ConcurrentLinkedQueue<>();
            Flux<JsonRpcMessage> exchange = probe.call("echo", true, ids::add);
            for (int i = 0; i < 3; i++) {
                assertEquals("x", TransportProbe.text(exchange.single().block(limit())));
            }
            assertEquals(3, ids.size());
            assertEquals(3, Set.copyOf(ids).size(), "an id was used again: " + ids);
            assertNoneWaits(probe.connection);
        }
    }

    @Test
    default void concurrentExchangesGetTheirOwnResponses() {
        int threads = 8;
        int each = 50;
        try (TransportProbe probe = open()) {
            Map<String, Queue<String>> answers = new ConcurrentHashMap<>();
            TransportProbe.atOnce(
                    threads,
                    limit(),
                    thread -> Flux.range(0, each)
                            .map(i -> "call " + thread + "." + i)
                            .flatMap(
                                    text -> probe.echo(text)
                                            .doOnNext(m -> answers.computeIfAbsent(
                                                            text, t -> new ConcurrentLinkedQueue<>())
                                                    .add(TransportProbe.text(m))),
                                    each)
                            .blockLast(limit()));
            assertEquals(threads * each, answers.size(), "answered calls");
            answers.forEach((text, answer) -> assertEquals(List.of(text), List.copyOf(answer)));
            assertNoneWaits(probe.connection);
        }
    }

    // cancellation

    /** A request that was sent and not answered is cancelled at the peer, once. */
    @Test
    default void cancellationReachesThePeer() {
        try (TransportProbe probe = open()) {
            List<RequestId> ids = new CopyOnWriteArrayList<>();
            TestSubscriber<JsonRpcMessage> hanging = TestSubscriber.create();
            probe.call("hang", true, ids::add).subscribe(hanging);
            awaitArrival(probe);
            assertEquals(1, probe.connection.pendingExchanges());
            assertEquals("", probe.cancelled());
            hanging.cancel();
            hanging.cancel();
            assertNoneWaits(probe.connection);
            assertEquals(ids.get(0).toString(), probe.cancelledAtLast());
            awaitArrival(probe);
            assertEquals(ids.get(0).toString(), probe.cancelled(), "told more than once");
            assertEquals(List.of(), hanging.getReceivedOnNext());
        }
    }

    /** What was answered is not cancelled, also where the subscriber takes the response and cancels. */
    @Test
    default void cancelAfterTheResponseReachesNobody() {
        try (TransportProbe probe = open()) {
            assertEquals("a", TransportProbe.text(probe.echo("a").take(1).blockLast(limit())));
            assertEquals("b", TransportProbe.text(probe.echo("b").next().block(limit())));
            assertEquals("c", TransportProbe.text(probe.echo("c").blockFirst(limit())));
            TestSubscriber<JsonRpcMessage> answered = TestSubscriber.create();
            probe.echo("d").subscribe(answered);
            answered.block(limit());
            answered.cancel();
            awaitArrival(probe);
            assertEquals("", probe.cancelled());
            assertNoneWaits(probe.connection);
        }
    }

    /** A request that is cancelled before it is sent is not sent: {@code crash} would end the connection. */
    @Test
    default void cancelBeforeSendingReachesNobody() {
        try (TransportProbe probe = open()) {
            probe.call("crash", null).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.cancel();
                }
            });
            assertNoneWaits(probe.connection);
            awaitArrival(probe);
            assertEquals("", probe.cancelled());
        }
    }

    /** {@code initialize}, for one, is never cancelled at the peer. */
    @Test
    default void uncancellableRequestIsNotCancelledAtThePeer() {
        try (TransportProbe probe = open()) {
            TestSubscriber<JsonRpcMessage> hanging = TestSubscriber.create();
            probe.call("hang", false, id -> {}).subscribe(hanging);
            awaitArrival(probe);
            hanging.cancel();
            assertNoneWaits(probe.connection);
            awaitArrival(probe);
            assertEquals("", probe.cancelled());
        }
    }

    // progress and demand

    @Test
    default void progressComesInOrderBeforeTheResponse() {
        try (TransportProbe probe = open()) {
            List<TestSubscriber<JsonRpcMessage>> subscribers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TestSubscriber<JsonRpcMessage> subscriber = TestSubscriber.create();
                probe.withProgress("progress").subscribe(subscriber);
                subscribers.add(subscriber);
            }
            TestSubscriber<JsonRpcMessage> unasked = TestSubscriber.create();
            probe.call("progress", null).subscribe(unasked);
            for (TestSubscriber<JsonRpcMessage> subscriber : subscribers) {
                subscriber.block(limit());
                assertTrue(subscriber.isTerminatedComplete());
                assertEquals(
                        List.of("1.0", "2.0", "3.0", "response"),
                        subscriber.getReceivedOnNext().stream()
                                .map(TransportContract::step)
                                .toList());
            }
            unasked.block(limit());
            assertEquals(
                    List.of("response"),
                    unasked.getReceivedOnNext().stream()
                            .map(TransportContract::step)
                            .toList());
            assertNoneWaits(probe.connection);
        }
    }

    private static String step(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Notification n && n.params() instanceof ProgressParams p
                ? String.valueOf(p.progress())
                : message instanceof JsonRpcMessage.Response ? "response" : message.toString();
    }

    @Test
    default void withoutDemandNothingIsEmitted() {
        try (TransportProbe probe = open()) {
            TestSubscriber<JsonRpcMessage> idle =
                    TestSubscriber.builder().initialRequest(0).build();
            probe.echo("a").subscribe(idle);
            awaitArrival(probe);
            assertEquals(List.of(), idle.getReceivedOnNext());
            assertFalse(idle.isTerminated());
            idle.request(1);
            idle.block(limit());
            assertEquals("a", TransportProbe.text(idle.getReceivedOnNext().get(0)));
            assertTrue(idle.isTerminatedComplete());
            assertNoneWaits(probe.connection);
        }
    }

    @Test
    default void aSlowSubscriberDelaysNoOther() {
        try (TransportProbe probe = open()) {
            TestSubscriber<JsonRpcMessage> slow =
                    TestSubscriber.builder().initialRequest(0).build();
            probe.withProgress("progress").subscribe(slow);
            for (int i = 0; i < 20; i++) {
                String text = "n" + i;
                assertEquals(text, TransportProbe.text(probe.echo(text).single().block(limit())));
            }
            assertEquals(List.of(), slow.getReceivedOnNext());
            slow.request(Long.MAX_VALUE);
            slow.block(limit());
            assertEquals(
                    List.of("1.0", "2.0", "3.0", "response"),
                    slow.getReceivedOnNext().stream()
                            .map(TransportContract::step)
                            .toList());
            assertNoneWaits(probe.connection);
        }
    }

    // what an application has installed into Reactor

    /**
     * Context propagation, debug mode and hooks that wrap operators, errors, queues and tasks change nothing. They apply to
     * the whole JVM while the test runs, and are removed afterwards.
     */
    @TestFactory
    default Stream<DynamicTest> hooksOfReactorChangeNothing() {
        return Stream.of(ReactorHooks.values())
                .map(hooks -> DynamicTest.dynamicTest(hooks.name(), () -> {
                    try (ReactorHooks installed = hooks.installed();
                            TransportProbe probe = open()) {
                        assertNotNull(installed);
                        Connection connection = probe.connection;
                        TestSubscriber<JsonRpcMessage> progress = TestSubscriber.create();
                        probe.withProgress("progress").subscribe(progress);
                        progress.block(limit());
                        assertEquals(
                                List.of("1.0", "2.0", "3.0", "response"),
                                progress.getReceivedOnNext().stream()
                                        .map(TransportContract::step)
                                        .toList());
                        List<RequestId> ids = new CopyOnWriteArrayList<>();
                        TestSubscriber<JsonRpcMessage> hanging = TestSubscriber.create();
                        probe.call("hang", true, ids::add).subscribe(hanging);
                        awaitArrival(probe);
                        hanging.cancel();
                        assertEquals(ids.get(0).toString(), probe.cancelledAtLast());
                        assertNoneWaits(connection);
                        TestSubscriber<JsonRpcMessage> crash = TestSubscriber.create();
                        probe.call("crash", null).subscribe(crash);
                        crash.block(limit());
                        assertInstanceOf(McpConnectionException.class, crash.expectTerminalError());
                        StepVerifier.create(probe.echo("late"))
                                .expectError(McpConnectionException.class)
                                .verify(limit());
                        assertNoneWaits(connection);
                    }
                    assertNothingLeft();
                }));
    }

    // the end

    @Test
    default void lostConnectionFailsEachWithItsOwnException() {
        try (TransportProbe probe = open()) {
            Connection connection = probe.connection;
            TestSubscriber<Termination> end = TestSubscriber.create();
            connection.onTermination().subscribe(end);
            List<TestSubscriber<JsonRpcMessage>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(probe.hang());
            }
            awaitArrival(probe);
            assertEquals(3, connection.pendingExchanges());
            TestSubscriber<JsonRpcMessage> crash = TestSubscriber.create();
            probe.call("crash", null).subscribe(crash);
            waiting.add(crash);
            Set<Throwable> errors = Collections.newSetFromMap(new IdentityHashMap<>());
            for (TestSubscriber<JsonRpcMessage> subscriber : waiting) {
                subscriber.block(limit());
                errors.add(assertInstanceOf(McpConnectionException.class, subscriber.expectTerminalError()));
            }
            assertEquals(waiting.size(), errors.size(), "exceptions are shared by those who wait");
            assertEquals(
                    1, errors.stream().map(Throwable::getMessage).distinct().count(), "one cause for all");

            end.block(limit());
            assertTrue(end.isTerminatedComplete());
            assertEquals(1, end.getReceivedOnNext().size());
            Termination cause = end.getReceivedOnNext().get(0);
            assertEquals(Termination.Kind.LOST, cause.kind());
            assertSame(cause, connection.onTermination().block(limit()), "the cause changed");

            // what comes later fails, and with the same cause
            StepVerifier.create(probe.echo("late"))
                    .expectError(McpConnectionException.class)
                    .verify(limit());
            StepVerifier.create(connection.notify(new JsonRpcMessage.Notification("notifications/x", null)))
                    .expectError(McpConnectionException.class)
                    .verify(limit());
            assertNoneWaits(connection);
            connection.close().block(limit());
            assertSame(cause, connection.onTermination().block(limit()), "the first cause wins");
        }
    }

    @Test
    default void closingFailsWhatIsUnderWay() {
        try (TransportProbe probe = open()) {
            Connection connection = probe.connection;
            TestSubscriber<Termination> end = TestSubscriber.create();
            connection.onTermination().subscribe(end);
            TestSubscriber<JsonRpcMessage> first = probe.hang();
            TestSubscriber<JsonRpcMessage> second = probe.hang();
            awaitArrival(probe);
            connection.close().block(limit());
            first.block(limit());
            second.block(limit());
            assertInstanceOf(McpClosedException.class, first.expectTerminalError());
            assertInstanceOf(McpClosedException.class, second.expectTerminalError());
            assertNotSame(first.expectTerminalError(), second.expectTerminalError(), "an exception is shared");
            end.block(limit());
            assertEquals(1, end.getReceivedOnNext().size());
            assertEquals(Termination.Kind.CLOSED, end.getReceivedOnNext().get(0).kind());
            StepVerifier.create(probe.echo("late"))
                    .expectError(McpClosedException.class)
                    .verify(limit());
            assertNoneWaits(connection);
        }
        assertNothingLeft();
    }

    @Test
    default void concurrentClosesShareOneTeardown() {
        try (TransportProbe probe = open()) {
            Connection connection = probe.connection;
            AtomicInteger teardowns = new AtomicInteger();
            EventSink.direct(connection.events())
                    .ofType(ConnectionEvent.Closed.class)
                    .subscribe(e -> teardowns.incrementAndGet());
            Long pid = connection.pid();
            AtomicInteger ends = new AtomicInteger();
            TransportProbe.atOnce(8, limit(), i -> {
                connection.close().block(limit());
                assertTrue(pid == null || !Leftovers.running(pid), "closed, and its process runs");
                ends.incrementAndGet();
            });
            connection.close().block(limit());
            assertEquals(8, ends.get());
            assertTrue(teardowns.get() <= 1, "more than one teardown: " + teardowns);
            assertNoneWaits(connection);
        }
        assertNothingLeft();
    }

    /** Cancelling {@link Connection#close()} stops waiting; the teardown goes on. */
    @Test
    default void aCloseThatIsCancelledGoesOn() {
        TransportProbe probe = open();
        probe.connection.close().subscribe().dispose();
        assertNothingLeft();
        probe.close();
    }

    /** On the thread that reads: a close that waits for that thread would never end. */
    @Test
    default void closedWithinTheCallbackOfAResponse() {
        try (TransportProbe probe = open()) {
            StepVerifier.create(probe.echo("a")
                            .concatMap(m -> probe.connection.close().thenReturn(TransportProbe.text(m))))
                    .expectNext("a")
                    .expectComplete()
                    .verify(limit());
            assertNoneWaits(probe.connection);
        }
        assertNothingLeft();
    }

    @Test
    default void afterTheCloseNothingIsLeft() {
        TransportProbe probe = open();
        assertEquals("a", TransportProbe.text(probe.echo("a").single().block(limit())));
        probe.close();
        Long pid = probe.connection.pid();
        assertTrue(pid == null || !Leftovers.running(pid), "closed, and its process runs");
        assertNothingLeft();
    }
}
