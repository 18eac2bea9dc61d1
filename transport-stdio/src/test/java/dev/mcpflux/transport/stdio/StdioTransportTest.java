package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Outbound;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** Tests with real processes; each leaves none behind. */
class StdioTransportTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Set<Long> before = Leftovers.processes();

    @BeforeEach
    void onUnix() {
        assumeThat(File.separatorChar).isEqualTo('/');
    }

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private static StdioTransport.Builder misbehaving(String... arguments) {
        List<String> command = MisbehavingServer.command(arguments);
        return StdioTransport.builder("srv", command.get(0)).arguments(command.subList(1, command.size()));
    }

    private static StdioTransport.Builder shell(String script) {
        return StdioTransport.builder("srv", "sh").arguments("-c", script);
    }

    private static <T> Flux<T> use(
            StdioTransport.Builder transport,
            java.util.function.Function<McpSession, ? extends org.reactivestreams.Publisher<T>> body) {
        return McpSession.use(transport.build(), SessionOptions.defaults(), body);
    }

    private static String echo(McpSession session, String text) {
        CallToolResult result = session.callTool("echo", Map.of("text", text)).block(LIMIT);
        assertThat(result).isNotNull();
        return result.text();
    }

    private static McpSession open(StdioTransport.Builder transport) {
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        session.open().block(LIMIT);
        return session;
    }

    // launch

    @Test
    void talksToAProcess() {
        StepVerifier.create(use(misbehaving(), s -> s.callTool("echo", Map.of("text", "grüß € 😀 \"q\" \n"))))
                .assertNext(r -> assertThat(r.text()).isEqualTo("grüß € 😀 \"q\" \n"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void missingCommandNamesTheSearchedPath() {
        StepVerifier.create(use(
                        StdioTransport.builder("srv", "no-such-command").environment(Map.of("PATH", "/nowhere")),
                        s -> Mono.just(1)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpStartException.class)
                        .hasMessage("server 'srv': command not found: no-such-command (looked for on PATH: /nowhere)"))
                .verify(LIMIT);
    }

    @Test
    void reportsFileThatIsNotExecutable(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("server"), "hello");
        StepVerifier.create(use(StdioTransport.builder("srv", file.toString()), s -> Mono.just(1)))
                .expectErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpStartException.class).hasMessageContaining("not an executable"))
                .verify(LIMIT);
    }

    @Test
    void reportsMissingWorkingDirectory(@TempDir Path dir) {
        StepVerifier.create(use(shell("cat").workingDirectory(dir.resolve("gone")), s -> Mono.just(1)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpStartException.class)
                        .hasMessageContaining("working directory does not exist"))
                .verify(LIMIT);
    }

    @Test
    void theWorkingDirectoryIsUsed(@TempDir Path dir) {
        StepVerifier.create(use(shell("pwd >&2; exit 4").workingDirectory(dir), s -> Mono.just(1)))
                .expectErrorSatisfies(
                        e -> assertThat(((McpException) e).diagnostics().stderr())
                                .singleElement()
                                .asString()
                                .endsWith(dir.getFileName().toString()))
                .verify(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "initialize"})
    void exitsBeforeItIsReady(String moment) {
        StepVerifier.create(use(
                        misbehaving(
                                MisbehavingServer.EXIT_AT + moment,
                                MisbehavingServer.EXIT_CODE + "9",
                                MisbehavingServer.STDERR + "no licence"),
                        s -> Mono.just(1)))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(McpStartException.class).hasMessageContaining("no licence");
                    assertThat(((McpException) e).diagnostics().exitCode()).isEqualTo(9);
                    assertThat(((McpException) e).diagnostics().stderr()).containsExactly("no licence");
                })
                .verify(LIMIT);
    }

    @Test
    void unresponsiveServerIsClosedInTime() {
        StepVerifier.create(McpSession.use(
                        misbehaving(MisbehavingServer.SILENT).build(),
                        SessionOptions.builder()
                                .startTimeout(Duration.ofMillis(300))
                                .build(),
                        s -> Mono.just(1)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpTimeoutException.class,
                                t -> assertThat(t.phase()).isEqualTo(McpTimeoutException.Phase.HANDSHAKE)))
                .verify(LIMIT);
    }

    @Test
    void parentEnvironmentIsNotInherited() {
        StepVerifier.create(use(misbehaving().environment(Map.of("CONFIGURED", "yes")), s -> s.callTool("env", null)))
                .assertNext(result -> {
                    Set<String> names = Set.of(result.text().split(","));
                    assertThat(names).contains("CONFIGURED", "PATH");
                    // a variable that the build sets for this JVM and that no server needs
                    assertThat(System.getenv()).containsKey("MCPFLUX_TEST_SECRET");
                    assertThat(names).doesNotContain("MCPFLUX_TEST_SECRET");
                })
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void configuredSecretsAreMaskedEverywhere() {
        List<ConnectionEvent> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        Connection connection = shell("echo \"token is $TOKEN\" >&2; echo \"$TOKEN\"; exit 1")
                .environment(Map.of("TOKEN", "s3cr3t-value"))
                .build()
                .connection();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        assertThat(connection.onTermination().block(LIMIT)).isNotNull().satisfies(t -> {
            assertThat(t.toString()).doesNotContain("s3cr3t");
            assertThat(t.diagnostics().stderr()).containsExactly("token is ${TOKEN}");
        });
        assertThat(events).isNotEmpty().noneMatch(e -> e.toString().contains("s3cr3t"));
        connection.close().block(LIMIT);
    }

    @Test
    void logsShowNoSecretAtAnyLevel() {
        ch.qos.logback.classic.Logger logger =
                (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("dev.mcpflux");
        ch.qos.logback.core.read.ListAppender<ch.qos.logback.classic.spi.ILoggingEvent> lines =
                new ch.qos.logback.core.read.ListAppender<>();
        lines.list = new java.util.concurrent.CopyOnWriteArrayList<>();
        lines.start();
        ch.qos.logback.classic.Level level = logger.getLevel();
        logger.setLevel(ch.qos.logback.classic.Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try {
            StepVerifier.create(use(
                            shell("echo \"key $KEY arg $1\" >&2; echo \"$KEY $1\"; exit 1")
                                    .arguments(
                                            "-c",
                                            "echo \"key $KEY arg $1\" >&2; echo \"$KEY $1\"; exit 1",
                                            "sh",
                                            "arg-s3cr3t")
                                    .environment(Map.of("KEY", "env-s3cr3t"))
                                    .masked(Map.of("env:ARG", "arg-s3cr3t")),
                            s -> Mono.just(1)))
                    .expectErrorSatisfies(e -> {
                        for (Throwable t = e; t != null; t = t.getCause()) {
                            assertThat(String.valueOf(t.getMessage())).doesNotContain("s3cr3t");
                        }
                        assertThat(e).hasMessageContaining("key ${KEY} arg ${env:ARG}");
                    })
                    .verify(LIMIT);
            assertThat(lines.list)
                    .isNotEmpty()
                    .noneMatch(l -> l.getFormattedMessage().contains("s3cr3t"));
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(level);
        }
    }

    // incoming

    @ParameterizedTest
    @ValueSource(
            strings = {
                MisbehavingServer.NOISE,
                MisbehavingServer.BOM,
                MisbehavingServer.CRLF,
                MisbehavingServer.SPLIT + "1",
                MisbehavingServer.ANSWER_TWICE,
                MisbehavingServer.UNKNOWN_ID,
                MisbehavingServer.RESULT_FIRST,
                MisbehavingServer.CLOSE_STDERR,
                MisbehavingServer.FLOOD_STDERR + "10000000",
                MisbehavingServer.PING + "\"p\"",
            })
    void isNotDisturbedBy(String habit) {
        StepVerifier.create(use(
                        misbehaving(habit),
                        s -> Flux.range(0, 20).concatMap(i -> s.callTool("echo", Map.of("text", "ä" + i)))))
                .expectNextCount(19)
                .assertNext(r -> assertThat(r.text()).isEqualTo("ä19"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void answersFindTheirCallsInAnyOrder() {
        StepVerifier.create(use(
                        misbehaving(MisbehavingServer.OUT_OF_ORDER),
                        s -> Flux.range(0, 10)
                                .flatMapSequential(i -> s.callTool("echo", Map.of("text", "n" + i)))
                                .map(CallToolResult::text)))
                .expectNext("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void unexpectedOutputIsCountedAndPublished() {
        McpSession session =
                McpSession.create(misbehaving(MisbehavingServer.NOISE).build(), SessionOptions.defaults());
        LinkedBlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
        EventSink.direct(session.events()).subscribe(events::add);
        session.open().block(LIMIT);
        assertThat(events.stream()
                        .map(e -> ((SessionEvent.Link) e).event())
                        .filter(ConnectionEvent.Undecodable.class::isInstance)
                        .map(e -> ((ConnectionEvent.Undecodable) e).count()))
                .startsWith(1L, 2L, 3L);
        session.close().block(LIMIT);
    }

    @Test
    void aFrameOverTheLimitIsSkippedWithAnEvent() {
        StdioTransport.Builder transport = misbehaving(MisbehavingServer.LONG_FRAME + "3000000")
                .options(StdioOptions.builder().maxFrameBytes(100_000).build());
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        LinkedBlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
        EventSink.direct(session.events()).subscribe(events::add);
        session.open().block(LIMIT);
        assertThat(echo(session, "after")).isEqualTo("after");
        assertThat(events).contains(new SessionEvent.Link(new ConnectionEvent.FrameTooLong(3_000_000, 100_000)));
        session.close().block(LIMIT);
    }

    @Test
    void answerOverTheLimitFailsItsCallAtOnce() {
        // the response's id is at the end
        String answer = """
                read a
                printf '{"jsonrpc":"2.0","result":{"a":"'
                head -c 200000 /dev/zero | tr '\\0' x
                printf '"},"id":1}\\n'
                cat > /dev/null
                """;
        Connection connection = StdioTransport.builder("srv", "sh")
                .arguments(List.of("-c", answer))
                .options(StdioOptions.builder().maxFrameBytes(100_000).build())
                .build()
                .connection();
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(RequestSpec.of("ping", RequestEffect.READS, null, EmptyResult.class)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("has 200042 bytes, more than the limit of 100000 bytes "
                                + "(StdioOptions.maxFrameBytes)"))
                .verify(LIMIT);
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(connection.isTerminated()).isFalse();
        connection.close().block(LIMIT);
    }

    @Test
    void progressComesBeforeTheResult() {
        StepVerifier.create(use(misbehaving(), s -> s.streamTool("progress", null, RequestOptions.defaults())))
                .expectNext(new ToolSignal.Progress(1, 3.0, null))
                .expectNext(new ToolSignal.Progress(2, 3.0, null))
                .expectNext(new ToolSignal.Progress(3, 3.0, null))
                .assertNext(r -> assertThat(r).isInstanceOf(ToolSignal.Result.class))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void stderrLinesArePublished() {
        Connection connection = shell("echo one >&2; printf 'two\\033[31m red\\n' >&2; cat >/dev/null")
                .build()
                .connection();
        Flux<String> lines = EventSink.direct(connection.events())
                .ofType(ConnectionEvent.StderrLine.class)
                .map(ConnectionEvent.StderrLine::line)
                .take(2);
        Mono<List<String>> collected = lines.collectList().cache();
        collected.subscribe();
        connection.open().block(LIMIT);
        assertThat(collected.block(LIMIT)).containsExactly("one", "two red");
        connection.close().block(LIMIT);
    }

    /** The process has ended, and a grandchild keeps the pipe open: no end of the stream marks the last frame. */
    @Test
    void slowSubscriberReceivesTheLastFrames() {
        String two = notification("one") + "\\n" + notification("two") + "\\n";
        Connection connection =
                shell("sleep 60 & printf '" + two + "'; exit 3").build().connection();
        List<String> heard = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        connection.onTermination().subscribe(end -> over.set(true));
        connection.incoming().subscribe(message -> {
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (!over.get() && System.nanoTime() < until) {
                // busy, not blocked
            }
            heard.add(((JsonRpcMessage.Notification) message.message()).method());
        });
        connection.open().block(LIMIT);
        Termination end = connection.onTermination().block(LIMIT);
        assertThat(end.diagnostics().exitCode()).isEqualTo(3);
        assertThat(heard).containsExactly("one", "two");
        connection.close().block(LIMIT);
    }

    /** A subscriber that never returns does not delay the end of the connection indefinitely. */
    @Test
    void waitForASubscriberIsBounded() throws InterruptedException {
        Connection connection =
                shell("printf '" + notification("one") + "\\n'; exit 3").build().connection();
        CountDownLatch over = new CountDownLatch(1);
        connection.onTermination().subscribe(end -> over.countDown());
        connection.incoming().subscribe(message -> {
            while (over.getCount() > 0) {
                // busy, not blocked
            }
        });
        connection.open().block(LIMIT);
        assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        connection.close().block(LIMIT);
    }

    private static String notification(String method) {
        return "{'jsonrpc':'2.0','method':'%s'}".formatted(method).replace('\'', '"');
    }

    // outgoing

    @Test
    void aCallThatIsDisposedReachesTheServerAsCancelled() {
        McpSession session = open(misbehaving());
        Disposable call = session.callTool("hang", null).subscribe();
        assertThat(echo(session, "x")).isEqualTo("x");
        call.dispose();
        CallToolResult cancelled = session.callTool("cancelled", null).block(LIMIT);
        assertThat(cancelled).isNotNull();
        assertThat(cancelled.text()).isEqualTo("3");
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void manyThreadsCallAndEveryCallIsAnsweredOnce() throws Exception {
        McpSession session = open(misbehaving());
        int threads = 32;
        int calls = 2000;
        ConcurrentHashMap<String, AtomicInteger> answers = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(calls);
        CountDownLatch go = new CountDownLatch(1);
        for (int t = 0; t < threads; t++) {
            new Thread(() -> {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
                            String text = "call " + i;
                            session.callTool("echo", Map.of("text", text))
                                    .doFinally(end -> done.countDown())
                                    .subscribe(
                                            r -> answers.computeIfAbsent(r.text(), k -> new AtomicInteger())
                                                    .incrementAndGet(),
                                            failure::set);
                        }
                    })
                    .start();
        }
        go.countDown();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        // more calls at once than may wait: the rest fails with an overload error and is not lost silently
        if (failure.get() != null) {
            assertThat(failure.get()).isInstanceOf(McpOverloadException.class);
        } else {
            assertThat(answers)
                    .hasSize(calls)
                    .allSatisfy((text, count) -> assertThat(count).hasValue(1));
        }
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void serverThatNeverReadsCausesOverload() {
        McpSession session = open(misbehaving(MisbehavingServer.NEVER_READ)
                .options(StdioOptions.builder()
                        .sendQueue(50)
                        .closeGraces(
                                Duration.ofMillis(100),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5))
                        .build()));
        Map<String, String> large = Map.of("text", "x".repeat(8 * 1024));
        StepVerifier.create(Flux.range(0, 500).flatMap(i -> session.callTool("echo", large), 500))
                .expectErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpOverloadException.class).hasMessageContaining("50 messages wait"))
                .verify(LIMIT);
        session.close().block(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unreadMessagesAreBoundedInBytes(boolean plainPipes) {
        StdioTransport.Builder server = shell("sleep 60")
                .options(StdioOptions.builder()
                        .closeGraces(Duration.ofMillis(100), Duration.ZERO, LIMIT, Duration.ofSeconds(2))
                        .build());
        Connection connection =
                (plainPipes ? server.plainPipes() : server).build().connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        // all messages share one text: the limit counts the bytes they would have, not the heap of the test
        Map<String, String> large = Map.of("text", "x".repeat(1 << 20));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int most = (int) (Outbound.MAX_WAITING_BYTES >> 20) + 10;
        for (int i = 0; i < most && failure.get() == null; i++) {
            connection.reply(new JsonRpcMessage.Success(RequestId.of(i), large)).subscribe(null, failure::set);
        }
        assertThat(failure.get())
                .isInstanceOf(McpOverloadException.class)
                .hasMessageStartingWith("server 'srv': it does not read its input: ")
                .hasMessageEndingWith("bytes wait already; the limit is " + Outbound.MAX_WAITING_BYTES);
        assertThat(events)
                .singleElement()
                .satisfies(e -> assertThat(e).asString().contains("result of "));
        connection.close().block(LIMIT);
    }

    @Test
    void unserializableArgumentsFailOnlyTheirCall() {
        McpSession session = open(misbehaving());
        Object unwritable = new Object() {
            @SuppressWarnings("unused")
            public String getValue() {
                throw new IllegalStateException("cannot");
            }
        };
        StepVerifier.create(session.callTool("echo", unwritable))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpValidationException.class)
                        .hasMessageContaining("cannot be written as JSON"))
                .verify(LIMIT);
        assertThat(echo(session, "next")).isEqualTo("next");
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void blockInCallbackFailsAtOnce() {
        McpSession session = open(misbehaving());
        StepVerifier.create(session.callTool("echo", Map.of("text", "a"))
                        .map(r -> session.callTool("echo", Map.of("text", "b")).block()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("mcpflux-srv-stdout"))
                .verify(LIMIT);
        assertThat(echo(session, "c")).isEqualTo("c");
        session.close().block(LIMIT);
    }

    // the end

    @Test
    void crashFailsPendingCallsWithExitCodeAndStderr() {
        McpSession session = open(misbehaving(MisbehavingServer.STDERR + "bye", MisbehavingServer.EXIT_CODE + "42"));
        Mono<Throwable> hanging = session.callTool("hang", null)
                .<Throwable>map(r -> new AssertionError("answered"))
                .onErrorResume(Mono::just)
                .cache();
        hanging.subscribe();
        assertThatThrownBy(() -> session.callTool("crash", null).block(LIMIT))
                .isInstanceOf(McpConnectionException.class)
                .hasMessageContaining("tools/call failed: its process ended (exit code 42)")
                .hasMessageContaining("bye");
        assertThat(hanging.block(LIMIT))
                .isInstanceOfSatisfying(
                        McpConnectionException.class,
                        e -> assertThat(e.diagnostics().exitCode()).isEqualTo(42));
        assertThatThrownBy(() -> session.callTool("echo", null).block(LIMIT))
                .isInstanceOf(McpConnectionException.class);
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void aKillIsNamed() {
        McpSession session = open(misbehaving());
        Mono<Throwable> hanging = session.callTool("hang", null)
                .<Throwable>map(r -> new AssertionError("answered"))
                .onErrorResume(Mono::just)
                .cache();
        hanging.subscribe();
        Long pid = session.pid();
        assertThat(pid).isNotNull();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        assertThat(hanging.block(LIMIT)).hasMessageContaining("exit code 137, SIGKILL");
        session.close().block(LIMIT);
    }

    @Test
    void closedStdoutEndsTheConnection() {
        Connection connection = shell("exec >&-; cat >/dev/null").build().connection();
        connection.open().block(LIMIT);
        assertThat(connection.onTermination().block(LIMIT))
                .isNotNull()
                .satisfies(t -> assertThat(t.reason()).isEqualTo("it closed its stdout"));
        connection.close().block(LIMIT);
    }

    private static void assertCloses(String expected, StdioTransport.Builder transport) {
        McpSession session =
                McpSession.create(transport.options(Graces.until(expected)).build(), SessionOptions.defaults());
        Mono<String> how = EventSink.direct(session.events())
                .ofType(SessionEvent.Link.class)
                .map(SessionEvent.Link::event)
                .ofType(ConnectionEvent.Closed.class)
                .map(ConnectionEvent.Closed::how)
                .next()
                .cache();
        how.subscribe();
        session.open().block(LIMIT);
        session.close().block(LIMIT);
        assertThat(how.block(LIMIT)).startsWith(expected);
    }

    @Test
    void closeEscalatesStageByStage() {
        assertCloses("ended by itself", misbehaving());
        assertCloses("needed TERM", misbehaving(MisbehavingServer.IGNORE_EOF));
        assertCloses("needed KILL", misbehaving(MisbehavingServer.IGNORE_EOF, MisbehavingServer.IGNORE_TERM));
    }

    @Test
    void grandchildrenGoToo() {
        String server = String.join(" ", MisbehavingServer.command(MisbehavingServer.IGNORE_EOF));
        assertCloses("needed TERM", shell(server + "; true"));
    }

    @Test
    void concurrentClosesShareOneTeardown() throws Exception {
        McpSession session = open(misbehaving());
        AtomicInteger closed = new AtomicInteger();
        EventSink.direct(session.events())
                .filter(e -> e instanceof SessionEvent.Link l && l.event() instanceof ConnectionEvent.Closed)
                .subscribe(e -> closed.incrementAndGet());
        CountDownLatch ends = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            new Thread(() -> session.close().subscribe(null, e -> {}, ends::countDown)).start();
        }
        assertThat(ends.await(30, TimeUnit.SECONDS)).isTrue();
        session.close().block(LIMIT);
        assertThat(closed).hasValue(1);
    }

    /** The server reads nothing: the first call waits half written, the second one behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killTellsWhatWasSentFromWhatWasNot(boolean plainPipes) {
        StdioTransport.Builder server = shell("exec sleep 60");
        Connection connection =
                (plainPipes ? server.plainPipes() : server).build().connection();
        connection.open().block(LIMIT);
        List<TestSubscriber<JsonRpcMessage>> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CallToolParams large = new CallToolParams("x", Map.of("text", "x".repeat(1_000_000)), null);
            TestSubscriber<JsonRpcMessage> call = TestSubscriber.create();
            connection
                    .exchange(RequestSpec.of("tools/call", RequestEffect.MAY_ACT, large, Object.class))
                    .subscribe(call);
            calls.add(call);
        }
        connection.closeNow().block(LIMIT);
        assertThat(calls.get(0).expectTerminalError())
                .isInstanceOfSatisfying(
                        McpClosedException.class, e -> assertThat(e.outcome()).isEqualTo(CallOutcome.UNKNOWN));
        assertThat(calls.get(1).expectTerminalError())
                .isInstanceOfSatisfying(
                        McpClosedException.class, e -> assertThat(e.outcome()).isEqualTo(CallOutcome.NOT_SENT));
    }

    /** Each server stays in its stage for an hour. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "its queue to be written, 3600, echo ready >&2; exec sleep 3600, true",
                "its exit after the end of its stdin, 3600, echo ready >&2; exec sleep 3600, false",
                "its exit after TERM, 0, trap 'echo TERM >&2' TERM; echo ready >&2; while :; do sleep 3600 & wait; done, "
                        + "false"
            })
    void closeNowInterruptsEachStage(String stage, int exitSeconds, String script, boolean sends) {
        Duration hour = Duration.ofHours(1);
        Connection connection = shell(script)
                .options(StdioOptions.builder()
                        .closeGraces(hour, Duration.ofSeconds(exitSeconds), hour, hour)
                        .build())
                .build()
                .connection();
        Set<String> printed = ConcurrentHashMap.newKeySet();
        EventSink.direct(connection.events()).subscribe(event -> {
            if (event instanceof ConnectionEvent.StderrLine line) {
                printed.add(line.line());
            }
        });
        connection.open().block(LIMIT);
        if (sends) {
            CallToolParams large = new CallToolParams("x", Map.of("text", "x".repeat(1_000_000)), null);
            connection
                    .exchange(RequestSpec.of("tools/call", RequestEffect.MAY_ACT, large, Object.class))
                    .subscribe(TestSubscriber.create());
        }
        eventually(() -> printed.contains("ready"));
        connection.close().subscribe();
        eventually(() -> printed.contains("TERM") || !stage.contains("TERM"));
        eventually(() -> waits("mcpflux-srv-closing"));
        assertThat(connection.closeNow().block(LIMIT)).isEqualTo(stage);
    }

    private static boolean waits(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name) && thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void closeDuringLaunchLeavesNoProcess() {
        for (int i = 0; i < 30; i++) {
            Connection connection = shell("cat >/dev/null").build().connection();
            Mono<Void> opening = connection.open().onErrorComplete();
            opening.subscribe();
            connection.close().block(LIMIT);
            StepVerifier.create(connection.notify(new dev.mcpflux.jsonrpc.JsonRpcMessage.Notification("x", null)))
                    .expectError(McpClosedException.class)
                    .verify(LIMIT);
        }
    }

    @Test
    void cancelledOpenLeavesNoProcess() {
        for (int i = 0; i < 10; i++) {
            Disposable opening = use(misbehaving(MisbehavingServer.DELAY_START + "5000"), s -> Mono.just(1))
                    .subscribe();
            if (i % 2 == 0) {
                Thread.yield();
            }
            opening.dispose();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void threadsAreDaemonsNamedAfterTheServer(boolean plainPipes) {
        McpSession session = open(plainPipes ? misbehaving().plainPipes() : misbehaving());
        echo(session, "x");
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("mcpflux-"))
                .toList();
        assertThat(threads)
                .allMatch(Thread::isDaemon)
                .extracting(Thread::getName)
                .contains("mcpflux-srv-stdout");
        if (plainPipes) {
            assertThat(threads).extracting(Thread::getName).contains("mcpflux-srv-stderr");
        }
        session.close().block(LIMIT);
    }

    // back-pressure

    /** Sends 10,000 log messages, numbered, before each answer to a call. */
    private static final String TALKATIVE = """
            while read -r line; do
              id=${line#*\\"id\\":}; id=${id%%[,\\}]*}
              case $line in
                *server/discover*)
                  echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}';;
                *\\"initialize\\"*)
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25",\
            "capabilities":{"tools":{},"logging":{}},"serverInfo":{"name":"t","version":"1"}}}';;
                *tools/call*)
                  seq 1 10000 | sed 's|.*|{"jsonrpc":"2.0","method":"notifications/message",\
            "params":{"level":"info","data":&}}|'
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"done"}]}}';;
              esac
            done
            """;

    /** An application may use up all of Reactor's threads that may block. */
    @Test
    void closesWhileElasticThreadsAreUsedUp() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch used = new CountDownLatch(Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE);
        try {
            for (int i = 0; i < Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE; i++) {
                Disposable unused = Schedulers.boundedElastic().schedule(() -> {
                    used.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            assertThat(used.await(20, TimeUnit.SECONDS)).isTrue();
            Connection connection = misbehaving().build().connection();
            connection.open().block(LIMIT);
            connection.close().block(LIMIT);
            assertThat(Leftovers.processes()).isEqualTo(before);
        } finally {
            release.countDown();
        }
    }

    /** An application may shut down Reactor's schedulers before it closes its servers; then they reject tasks. */
    @Test
    void closesWhileSchedulersRefuseTasks() {
        // a grandchild holds the pipes, so that output may still arrive after the process has ended
        Connection connection = shell("sleep 60 & read line; exit 3")
                .options(StdioOptions.builder()
                        .closeGraces(Duration.ofSeconds(1), Duration.ZERO, LIMIT, Duration.ofSeconds(2))
                        .build())
                .build()
                .connection();
        connection.open().block(LIMIT);
        Schedulers.Snapshot shutDown = Schedulers.setFactoryWithSnapshot(new Schedulers.Factory() {
            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                Scheduler stopped = Schedulers.Factory.super.newParallel(parallelism, threads);
                stopped.dispose();
                return stopped;
            }
        });
        try {
            connection.notify(new JsonRpcMessage.Notification("x", null)).block(LIMIT);
            assertThat(connection.onTermination().block(LIMIT))
                    .extracting(Termination::reason)
                    .isEqualTo("its process ended");
            connection.close().block(LIMIT);
            assertThat(Leftovers.processes()).isEqualTo(before);
        } finally {
            Schedulers.resetFrom(shutDown);
        }
    }

    @Test
    void slowEventSubscriberDelaysNoResponse() {
        McpSession session = open(shell(TALKATIVE));
        TestSubscriber<String> slow = TestSubscriber.builder().initialRequest(1).build();
        EventSink.direct(session.events())
                .ofType(SessionEvent.ServerLog.class)
                .map(log -> String.valueOf(log.message().data()))
                .subscribe(slow);
        for (int i = 0; i < 3; i++) {
            CallToolResult result = session.callTool("t", null).block(LIMIT);
            assertThat(result).isNotNull();
            assertThat(result.text()).isEqualTo("done");
        }
        assertThat(slow.getReceivedOnNext()).containsExactly("1");
        slow.request(Long.MAX_VALUE);
        // 30,000 were sent: the last 256 were kept, and nothing else
        assertThat(slow.getReceivedOnNext()).hasSize(257).endsWith("9999", "10000");
        session.close().block(LIMIT);
    }
}
