package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.suppressed;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.ScriptedPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import reactor.core.publisher.Mono;

/** Runs classes that use the extension, and looks what JUnit reports of them. */
class McpTestExtensionTest {

    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What is waited for in vain: the shorter, the sooner the test goes on. */
    private static final Duration IN_VAIN = Duration.ofMillis(100);
    /** Nothing is waited for in vain but what is left for good. */
    private static final Limits LEAVES = new Limits(LIMIT, LIMIT, IN_VAIN);

    /** What the samples leave behind, for {@link #cleanUp()}. */
    private static final Queue<Process> PROCESSES = new ConcurrentLinkedQueue<>();

    private static final Queue<Thread> THREADS = new ConcurrentLinkedQueue<>();
    private static final Queue<Object> OPENED = new ConcurrentLinkedQueue<>();
    private static final Queue<Object> CLOSED = new ConcurrentLinkedQueue<>();
    private static volatile CountDownLatch threadsEnd = new CountDownLatch(1);

    private final Set<Long> before = Leftovers.processes();

    @BeforeEach
    void reset() {
        threadsEnd = new CountDownLatch(1);
        List.of(OPENED, CLOSED).forEach(Queue::clear);
    }

    @AfterEach
    void cleanUp() throws InterruptedException {
        threadsEnd.countDown();
        for (Thread thread : THREADS) {
            thread.join(LIMIT.toMillis());
        }
        for (Process process : PROCESSES) {
            process.destroyForcibly().waitFor();
        }
        THREADS.clear();
        PROCESSES.clear();
        Leftovers.assertNone(before);
    }

    private static void leaveAThread(String name) {
        CountDownLatch end = threadsEnd;
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        THREADS.add(thread);
    }

    private static Process leaveAProcess() {
        try {
            Process process = new ProcessBuilder("sleep", "600").start();
            PROCESSES.add(process);
            return process;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ScriptedPeer calledOnce() {
        return ScriptedPeer.named("s").handshake().expect("tools/call").reply(HI);
    }

    private static String call(McpSession session) {
        CallToolResult result = session.callTool("t", null).block(LIMIT);
        return result == null ? "" : result.text();
    }

    /** Something that is opened and closed, and tells of both. */
    private static McpTestExtension<StringBuilder> counted() {
        return McpTestExtension.opening(
                StringBuilder.class,
                () -> Mono.fromSupplier(() -> {
                    StringBuilder opened = new StringBuilder();
                    OPENED.add(opened);
                    return opened;
                }),
                opened -> Mono.fromRunnable(() -> CLOSED.add(opened)));
    }

    private static EngineTestKit.Builder kit(Class<?> sample) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(sample));
    }

    private static EngineTestKit.Builder parallel(Class<?> sample) {
        return kit(sample)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
    }

    private static void passes(EngineTestKit.Builder kit, int tests) {
        EngineExecutionResults results = kit.execute();
        assertThat(results.allEvents().failed().stream()).isEmpty();
        results.testEvents().assertStatistics(s -> s.started(tests).succeeded(tests));
    }

    private static Events tests(Class<?> sample) {
        return kit(sample).execute().testEvents();
    }

    // opening, injecting, closing

    @Test
    void injectsTheSessionAndItsPeerIntoEachTest() {
        passes(kit(Passes.class), 2);
    }

    static class Passes {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(McpTestExtensionTest::calledOnce);

        @Test
        void one(McpSession session, ScriptedPeer peer) {
            assertThat(call(session)).isEqualTo("hi");
            assertThat(peer.receivedMethods()).endsWith("tools/call");
        }

        @Test
        void another(McpSession session) {
            assertThat(call(session)).isEqualTo("hi");
        }
    }

    @Test
    void aTestMayCloseWhatWasOpened() {
        passes(kit(ClosesItself.class), 1);
    }

    static class ClosesItself {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp =
                McpTestExtension.session(() -> ScriptedPeer.named("s").handshake());

        @Test
        void closes(McpSession session) {
            session.close().block(LIMIT);
        }
    }

    @Test
    void instanceFieldOpensForEachTest() {
        passes(kit(NestedPerTest.class), 3);
        assertThat(OPENED).hasSize(3);
        assertThat(CLOSED).hasSize(3);
    }

    static class NestedPerTest {
        @RegisterExtension
        final McpTestExtension<StringBuilder> each = counted();

        StringBuilder seen = new StringBuilder();

        @BeforeEach
        void see(StringBuilder opened) {
            seen = opened;
        }

        @Test
        void outer(StringBuilder opened) {
            assertThat(opened).isSameAs(seen);
        }

        @Nested
        class Inner {
            @Test
            void one(StringBuilder opened) {
                assertThat(opened).isSameAs(seen);
            }

            @Nested
            class Innermost {
                @Test
                void another(StringBuilder opened) {
                    assertThat(opened).isSameAs(seen);
                }
            }
        }
    }

    @Test
    void staticFieldOpensOnceForAClassAndItsNested() {
        passes(kit(Shared.class), 3);
        assertThat(OPENED).hasSize(1);
        assertThat(CLOSED).containsExactlyElementsOf(OPENED);
    }

    static class Shared {
        @RegisterExtension
        static final McpTestExtension<StringBuilder> MCP = counted();

        private static StringBuilder first = new StringBuilder();

        @BeforeAll
        static void isThereAlready(StringBuilder opened) {
            first = opened;
        }

        @Test
        void one(StringBuilder opened) {
            assertThat(opened).isSameAs(first);
        }

        @Test
        void another(StringBuilder opened) {
            assertThat(opened).isSameAs(first);
            assertThat(CLOSED).isEmpty();
        }

        @Nested
        class Inner {
            @Test
            void inner(StringBuilder opened) {
                assertThat(opened).isSameAs(first);
                assertThat(CLOSED).isEmpty();
            }
        }
    }

    @Test
    void instanceForAllTestsOpensForEachTest() {
        passes(kit(PerClass.class), 3);
        assertThat(OPENED).hasSize(3);
        assertThat(CLOSED).hasSize(3);
        passes(parallel(PerClass.class), 3);
        assertThat(OPENED).hasSize(6);
        assertThat(CLOSED).hasSize(6);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class PerClass {
        @RegisterExtension
        final McpTestExtension<StringBuilder> mcp = counted();

        private final Set<Integer> seen = ConcurrentHashMap.newKeySet();

        @Test
        void one(StringBuilder opened) {
            assertThat(seen.add(System.identityHashCode(opened))).isTrue();
        }

        @Test
        void another(StringBuilder opened) {
            assertThat(seen.add(System.identityHashCode(opened))).isTrue();
        }

        @Nested
        @TestInstance(TestInstance.Lifecycle.PER_CLASS)
        class Inner {
            @Test
            void inner(StringBuilder opened) {
                assertThat(seen.add(System.identityHashCode(opened))).isTrue();
            }
        }
    }

    @Test
    void instanceFieldIsNotOpenBeforeAll() {
        EngineExecutionResults results = kit(TooEarly.class).execute();
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(
                                instanceOf(ParameterResolutionException.class),
                                message(m -> m.contains("opened before each test")))));
        results.testEvents().assertStatistics(s -> s.started(0));
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class TooEarly {
        @RegisterExtension
        final McpTestExtension<StringBuilder> mcp = counted();

        @BeforeAll
        void tooEarly(StringBuilder opened) {}

        @Test
        void notRun() {}
    }

    // what is left

    @Test
    void aThreadThatIsLeftFailsTheTest() {
        tests(LeavesAThread.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leaves"),
                                finishedWithFailure(
                                        instanceOf(AssertionError.class),
                                        message("the test has left threads [mcpflux-left-stdout]"))));
    }

    static class LeavesAThread {
        @RegisterExtension
        final McpTestExtension<StringBuilder> mcp = counted().within(LEAVES);

        @Test
        void leaves() {
            leaveAThread("mcpflux-left-stdout");
        }
    }

    @Test
    void aProcessThatIsLeftFailsTheTest() {
        tests(LeavesAProcess.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leaves"),
                                finishedWithFailure(message(m -> m.equals("the test has left processes ["
                                        + PROCESSES.element().pid() + "]")))));
    }

    static class LeavesAProcess {
        @RegisterExtension
        final McpTestExtension<StringBuilder> mcp = counted().within(LEAVES);

        @Test
        void leaves() {
            leaveAProcess();
        }
    }

    @Test
    void exchangeUnderWayFailsTheTest() {
        tests(LeavesAnExchange.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leaves"),
                                finishedWithFailure(message(
                                        m -> m.startsWith("1 exchange waits for a response though the test")))));
    }

    static class LeavesAnExchange {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(
                () -> ScriptedPeer.named("s").handshake().expect("tools/call"));

        @Test
        void leaves(McpSession session) {
            session.callTool("t", null).subscribe(r -> {}, e -> {});
        }
    }

    @Test
    void sharedExchangesFailTheTestThatLeavesThem() {
        EngineExecutionResults results = kit(SharedLeavesAnExchange.class)
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$MethodName")
                .execute();
        results.testEvents().assertStatistics(s -> s.started(3).succeeded(2).failed(1));
        results.testEvents()
                .assertThatEvents()
                .haveExactly(1, event(test("leaves"), finishedWithFailure(message(m -> m.startsWith("1 exchange")))));
        // and it is there until the end
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(m -> m.startsWith("1 exchange")))));
    }

    static class SharedLeavesAnExchange {
        @RegisterExtension
        static final McpTestExtension<McpSession> MCP = McpTestExtension.session(
                () -> ScriptedPeer.named("s").handshake().always("ping", "{}").expect("tools/call"));

        @Test
        void goesBefore(McpSession session) {
            session.ping().block(LIMIT);
        }

        @Test
        void leaves(McpSession session) {
            session.callTool("t", null).subscribe(r -> {}, e -> {});
        }

        @Test
        void zGoesAfter(McpSession session) {
            session.ping().block(LIMIT);
        }
    }

    @Test
    void whatIsToleratedFailsNothing() {
        passes(kit(Tolerant.class), 1);
    }

    static class Tolerant {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(
                        () -> ScriptedPeer.named("s").handshake().expect("tools/call"))
                .tolerating(McpTestExtension.Left.EXCHANGES)
                .tolerating(McpTestExtension.Left.PROCESSES, McpTestExtension.Left.THREADS);

        @Test
        void leaves(McpSession session) {
            session.callTool("t", null).subscribe(r -> {}, e -> {});
            leaveAProcess();
            leaveAThread("mcpflux-left-stdout");
        }
    }

    @Test
    void aScriptThatWasNotPlayedFailsTheTest() {
        tests(LeavesTheScript.class)
                .assertThatEvents()
                .haveExactly(
                        1, event(test("doesNotCall"), finishedWithFailure(message(m -> m.contains("still expects")))));
    }

    static class LeavesTheScript {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(McpTestExtensionTest::calledOnce);

        @Test
        void doesNotCall() {}
    }

    // failures

    @Test
    void theFailureOfTheTestStaysTheFailure() {
        tests(Fails.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("fails"),
                                finishedWithFailure(
                                        instanceOf(IllegalStateException.class),
                                        message("mine"),
                                        suppressed(
                                                0,
                                                message(m -> m.startsWith("1 exchange waits")),
                                                suppressed(0, message(m -> m.contains("still expects")))))));
    }

    static class Fails {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(
                () -> ScriptedPeer.named("s").handshake().expect("tools/call").expect("ping"));

        @Test
        void fails(McpSession session) {
            session.callTool("t", null).subscribe(r -> {}, e -> {});
            throw new IllegalStateException("mine");
        }
    }

    @Test
    void failedOpeningFailsTheTestWithItsError() {
        tests(FailsToOpen.class)
                .assertThatEvents()
                .haveExactly(1, event(test("notRun"), finishedWithFailure(instanceOf(McpStartException.class))));
        assertThat(OPENED).isEmpty();
    }

    static class FailsToOpen {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(
                () -> ScriptedPeer.named("s").expect("initialize").close());

        @Test
        void notRun(McpSession session) {
            OPENED.add(session);
        }
    }

    @Test
    void openingThatNeverEndsFailsTheTest() {
        tests(OpensForEver.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("notRun"),
                                finishedWithFailure(
                                        instanceOf(AssertionError.class),
                                        message("the opening took longer than PT0.1S"))));
        assertThat(CLOSED).containsExactly("cancelled");
    }

    static class OpensForEver {
        @RegisterExtension
        final McpTestExtension<StringBuilder> mcp = McpTestExtension.opening(
                        StringBuilder.class,
                        () -> Mono.<StringBuilder>never().doOnCancel(() -> CLOSED.add("cancelled")),
                        opened -> Mono.empty())
                .within(new Limits(IN_VAIN, LIMIT, LIMIT));

        @Test
        void notRun() {}
    }

    @Test
    void teardownThatHangsOrFailsFailsTheTest() {
        tests(ClosesForEver.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("closesForEver"),
                                finishedWithFailure(message("the teardown took longer than PT0.1S"))));
        tests(FailsToClose.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("failsToClose"),
                                finishedWithFailure(instanceOf(IllegalStateException.class), message("stuck"))));
    }

    static class ClosesForEver {
        @RegisterExtension
        final McpTestExtension<String> mcp = McpTestExtension.opening(
                        String.class, () -> Mono.just("opened"), opened -> Mono.never())
                .within(new Limits(LIMIT, IN_VAIN, LIMIT));

        @Test
        void closesForEver(String opened) {}
    }

    static class FailsToClose {
        @RegisterExtension
        final McpTestExtension<String> mcp = McpTestExtension.opening(
                String.class, () -> Mono.just("opened"), opened -> Mono.error(new IllegalStateException("stuck")));

        @Test
        void failsToClose(String opened) {}
    }

    // parallel execution

    @Test
    void testsThatRunAtOnceHaveEachTheirOwn() {
        passes(parallel(AtOnce.class), 2);
    }

    static class AtOnce {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RegisterExtension
        final McpTestExtension<McpSession> mcp = McpTestExtension.session(McpTestExtensionTest::calledOnce);

        @Test
        void one(McpSession session, ScriptedPeer peer) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(call(session)).isEqualTo("hi");
            assertThat(peer.receivedMethods()).hasSize(3);
        }

        @Test
        void another(McpSession session, ScriptedPeer peer) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(call(session)).isEqualTo("hi");
            assertThat(peer.receivedMethods()).hasSize(3);
        }
    }

    @Test
    void parallelLeftoversOfOthersAreNotCounted() {
        passes(parallel(AmongOthers.class), 1);
        // and alone it is: whatever is there, this test has started it
        tests(AmongOthers.class).assertStatistics(s -> s.failed(1));
    }

    static class AmongOthers {
        @RegisterExtension
        final McpTestExtension<McpSession> mcp =
                McpTestExtension.session(McpTestExtensionTest::calledOnce).within(LEAVES);

        @Test
        void runsWhileOthersDo(McpSession session) {
            leaveAProcess();
            leaveAThread("mcpflux-other-stdout");
            call(session);
        }
    }

    @Test
    void parallelLeftoversOfTheTestAreCounted() {
        parallel(LeavesItsOwn.class)
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("leaves"),
                                finishedWithFailure(message(m -> m.equals("the test has left processes ["
                                        + PROCESSES.element().pid() + "] and threads [mcpflux-own-stdout]")))));
    }

    static class LeavesItsOwn {
        @RegisterExtension
        final McpTestExtension<Process> mcp = McpTestExtension.opening(
                        Process.class,
                        () -> Mono.fromSupplier(McpTestExtensionTest::leaveAProcess),
                        opened -> Mono.empty())
                .servers(opened -> Map.of("own", opened.pid()))
                .within(LEAVES);

        @Test
        void leaves(Process opened) {
            leaveAThread("mcpflux-own-stdout");
            leaveAThread("mcpflux-own-other-stdout");
        }
    }

    @Test
    void parallelThreadsOfASharedNameAreNotCounted() {
        passes(parallel(SameName.class), 2);
    }

    static class SameName {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RegisterExtension
        final McpTestExtension<McpSession> mcp =
                McpTestExtension.session(McpTestExtensionTest::calledOnce).within(LIMIT);

        @Test
        void one(McpSession session) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            leaveAThread("mcpflux-s-stdout");
            call(session);
        }

        @Test
        void another(McpSession session) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            call(session);
        }
    }

    @Test
    void parallelSharedExchangesAreCountedAtTheEnd() {
        EngineExecutionResults results = parallel(SharedAtOnce.class).execute();
        results.testEvents().assertStatistics(s -> s.started(2).succeeded(2));
        results.containerEvents()
                .assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(m -> m.startsWith("1 exchange")))));
    }

    static class SharedAtOnce {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RegisterExtension
        static final McpTestExtension<McpSession> MCP = McpTestExtension.session(
                () -> ScriptedPeer.named("s").handshake().always("ping", "{}").expect("tools/call"));

        @Test
        void leaves(McpSession session) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            session.callTool("t", null).subscribe(r -> {}, e -> {});
        }

        @Test
        void pings(McpSession session) throws Exception {
            BOTH.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            session.ping().block(LIMIT);
        }
    }
}
