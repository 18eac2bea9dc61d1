package dev.mcpflux.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Outbound;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.blockhound.BlockingOperationError;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;
import tools.jackson.databind.JsonNode;

/** Tests with real sockets; each leaves none behind. */
class SocketTransportTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LOOPBACK = "127.0.0.1";

    private final ClientChannels channels = new ClientChannels();
    private final List<LineServer> servers = new ArrayList<>();
    /** Servers wait for it; opened at the end of each test at the latest. */
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void nothingIsLeft() throws IOException {
        go.countDown();
        channels.assertNoneOpen();
        for (LineServer server : servers) {
            LineServer.waitUntil("the server's sockets are closed", () -> server.open() == 0);
            server.close();
        }
    }

    private LineServer server(LineServer.Behaviour behaviour) throws IOException {
        return keep(LineServer.tcp(behaviour));
    }

    private LineServer keep(LineServer server) {
        servers.add(server);
        return server;
    }

    private SocketTransport.Builder to(int port) {
        return SocketTransport.builder("srv").tcp(LOOPBACK, port).client(channels::watch);
    }

    private SocketTransport.Builder to(LineServer server) {
        return to(server.port());
    }

    private static <T> Flux<T> use(SocketTransport transport, Function<McpSession, ? extends Publisher<T>> body) {
        return McpSession.use(transport, SessionOptions.defaults(), body);
    }

    private static Mono<String> echo(McpSession session, String text) {
        return session.callTool("echo", Map.of("text", text)).map(CallToolResult::text);
    }

    private static JsonRpcMessage message(String text) {
        return new JsonRpcMessage.Notification("m", Map.of("text", text));
    }

    private void waitForGo() {
        try {
            assertThat(go.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertNotStarted(Publisher<?> work, String message) {
        StepVerifier.create(work)
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(McpStartException.class).hasMessage(message))
                .verify(LIMIT);
    }

    // connecting fails

    @Test
    void reportsRefusedConnection() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Connection connection = to(port).build().connection();
        assertNotStarted(
                connection.open(),
                "server 'srv': cannot connect to 127.0.0.1:" + port + ": the connection was refused");
        assertThat(connection.onTermination().block(LIMIT))
                .isNotNull()
                .extracting(Termination::kind)
                .isEqualTo(Termination.Kind.NOT_STARTED);
        connection.close().block(LIMIT);
    }

    @Test
    void reportsUnknownHost() {
        SocketTransport transport = SocketTransport.builder("srv")
                .tcp("no-such-host.invalid", 7000)
                // the host is also unknown without a name server, and the failure is quick
                .client(client -> channels.watch(client.resolver(
                        spec -> spec.queryTimeout(Duration.ofMillis(500)).maxQueriesPerResolve(2))))
                .build();
        assertNotStarted(
                use(transport, s -> Mono.just(1)),
                "server 'srv': cannot connect to no-such-host.invalid:7000: the host is not known");
    }

    @Test
    void reportsMissingSocketFile(@TempDir Path directory) {
        Path socket = directory.resolve("gone");
        SocketTransport transport = SocketTransport.builder("srv")
                .unix(socket)
                .client(channels::watch)
                .build();
        assertNotStarted(
                use(transport, s -> Mono.just(1)),
                "server 'srv': cannot connect to " + socket + ": No such file or directory");
    }

    @Test
    void rejectsFileThatIsNotASocket(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "hello");
        SocketTransport transport = SocketTransport.builder("srv")
                .unix(file)
                .client(channels::watch)
                .build();
        assertNotStarted(
                use(transport, s -> Mono.just(1)),
                "server 'srv': cannot connect to " + file + ": the connection was refused");
    }

    @Test
    void tlsHandshakeTimesOut() throws IOException {
        LineServer server = server(LineServer::silent);
        SocketTransport transport = to(server)
                .client(client -> channels.watch(client.secure()))
                .options(SocketOptions.builder()
                        .connectTimeout(Duration.ofMillis(300))
                        .build())
                .build();
        assertNotStarted(
                use(transport, s -> Mono.just(1)),
                "server 'srv': cannot connect to 127.0.0.1:" + server.port() + ": no answer within 300 ms");
    }

    @Test
    void reportsCloseDuringTlsHandshake() throws IOException {
        LineServer server = server(peer -> {});
        SocketTransport transport =
                to(server).client(client -> channels.watch(client.secure())).build();
        StepVerifier.create(use(transport, s -> Mono.just(1)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpStartException.class)
                        .hasMessageContaining("cannot connect to 127.0.0.1:" + server.port() + ": "))
                .verify(LIMIT);
    }

    @Test
    void nameResolutionTimesOut() {
        SocketTransport transport = named(Names.never())
                .options(SocketOptions.builder()
                        .connectTimeout(Duration.ofMillis(1500))
                        .build())
                .build();
        assertNotStarted(
                use(transport, s -> Mono.just(1)),
                "server 'srv': cannot connect to some.name:7000: no answer within 1500 ms");
    }

    @Test
    void addressIsRequiredAndValidated() {
        assertThatThrownBy(() -> SocketTransport.builder("srv").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("server 'srv' has no address");
        assertThatThrownBy(() -> SocketTransport.builder("srv").tcp("localhost", 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isNamedByItsAddress() {
        SocketTransport tcp = SocketTransport.builder("srv").tcp("::1", 7000).build();
        assertThat(tcp.origin()).isEqualTo("tcp://[::1]:7000");
        assertThat(tcp).hasToString("SocketTransport[srv: tcp://[::1]:7000]");
        assertThat(SocketTransport.builder("srv")
                        .unix(Path.of("/run/weather.sock"))
                        .build()
                        .origin())
                .isEqualTo("unix:/run/weather.sock");
    }

    private SocketTransport.Builder named(Names names) {
        return SocketTransport.builder("srv")
                .tcp("some.name", 7000)
                .client(client -> channels.watch(client.resolver(names)));
    }

    // opening

    @Test
    void triesAllAddressesOfAName() throws IOException {
        LineServer server = server(LineServer::echo);
        Names names = Names.of("127.0.0.2", "127.0.0.3", LOOPBACK);
        SocketTransport transport = SocketTransport.builder("srv")
                .tcp("some.name", server.port())
                .client(client -> channels.watch(client.resolver(names)))
                .build();
        StepVerifier.create(use(transport, s -> echo(s, "a")))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);
        assertThat(channels.made()).isEqualTo(3);
    }

    @Test
    void closeDoesNotWaitForNameResolution() {
        Connection connection = named(Names.never()).build().connection();
        TestSubscriber<Void> opening = TestSubscriber.create();
        connection.open().subscribe(opening);
        connection.close().block(LIMIT);
        assertThat(channels.made()).isEqualTo(1);
        assertThat(channels.open()).isEmpty();
        opening.block(LIMIT);
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void concurrentOpensShareOneSocket() throws IOException {
        LineServer server = server(LineServer::silent);
        Connection connection = to(server).build().connection();
        assertThat(channels.made()).isZero();
        Flux.range(0, 8)
                .flatMap(i -> connection.open().subscribeOn(Schedulers.boundedElastic()))
                .blockLast(LIMIT);
        connection.open().block(LIMIT);
        LineServer.waitUntil("a client", () -> server.accepted() == 1);
        assertThat(channels.made()).isEqualTo(1);
        connection.close().block(LIMIT);
    }

    @Test
    void closeDuringConnectFailsTheOpen() throws IOException {
        // this side is connected, and the TLS handshake never ends
        LineServer server = server(LineServer::silent);
        Connection connection = to(server)
                .client(client -> channels.watch(client.secure()))
                .build()
                .connection();
        TestSubscriber<Void> opening = TestSubscriber.create();
        connection.open().subscribe(opening);
        LineServer.waitUntil("a client", () -> server.accepted() == 1);
        connection.close().block(LIMIT);
        assertThat(channels.open()).isEmpty();
        opening.block(LIMIT);
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void closeBeforeConnectLeavesNoSocket() {
        LoopResources loops = LoopResources.create("socket-test", 1, true);
        AtomicBoolean busy = new AtomicBoolean(true);
        // an empty spin loop would be a blocking call for BlockHound
        AtomicLong turns = new AtomicLong();
        loops.onClient(false).execute(() -> {
            while (busy.get()) {
                turns.incrementAndGet();
            }
        });
        Connection connection = SocketTransport.builder("srv")
                .tcp("some.name", 7000)
                .client(client -> channels.watch(client.runOn(loops).resolver(Names.never())))
                .build()
                .connection();
        TestSubscriber<Void> opening = TestSubscriber.create();
        connection.open().subscribe(opening);
        TestSubscriber<Void> closing = TestSubscriber.create();
        connection.close().subscribe(closing);
        busy.set(false);
        closing.block(LIMIT);
        opening.block(LIMIT);
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(channels.made()).isLessThanOrEqualTo(1);
        assertThat(channels.open()).isEmpty();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void closeAtAnyMomentLeavesNoSocket() throws IOException {
        LineServer server = server(LineServer::silent);
        for (int i = 0; i < 200; i++) {
            Connection connection = to(server).build().connection();
            int pause = i;
            Mono<Void> closing = Mono.<Void>fromRunnable(
                            () -> IntStream.range(0, pause * 100).forEach(n -> Thread.onSpinWait()))
                    .then(connection.close())
                    .subscribeOn(Schedulers.boundedElastic());
            Mono.when(connection.open().onErrorComplete(McpClosedException.class), closing)
                    .block(LIMIT);
            assertThat(channels.open()).isEmpty();
        }
    }

    // incoming

    @Test
    void assemblesLinesReceivedByteByByte() throws IOException {
        LineServer server = server(peer -> {
            peer.noDelay();
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                JsonNode request = McpJson.mapper().readTree(line);
                if (request.has("id")) {
                    peer.write(LineServer.answer(request, List.of()).getBytes(StandardCharsets.UTF_8), 1);
                }
            }
        });
        StepVerifier.create(use(to(server).build(), s -> echo(s, "grüß € 😀 \"q\" \n")))
                .expectNext("grüß € 😀 \"q\" \n")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void threeMegabytesGoBothWays() throws IOException {
        String text = "0123456789abcdeü".repeat(3 * 1024 * 1024 / 16);
        StepVerifier.create(use(
                        to(server(LineServer::echo)).build(),
                        s -> Flux.range(0, 3).concatMap(i -> echo(s, i + text))))
                .expectNext("0" + text)
                .expectNext("1" + text)
                .expectNext("2" + text)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void acceptsLastLineWithoutLineEnd() throws IOException {
        LineServer server = server(peer -> {
            JsonNode request = McpJson.mapper().readTree(peer.readLine());
            peer.write(LineServer.answer(request, List.of()).trim());
        });
        Connection connection = to(server).build().connection();
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(ping()))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertLost(connection, "it closed the connection");
        connection.close().block(LIMIT);
    }

    @Test
    void truncatedLastLineIsReported() throws IOException {
        LineServer server = server(peer -> {
            peer.readLine();
            peer.write("""
                    {"jsonrpc":"2.0","id":1,"resu""");
        });
        Connection connection = to(server).build().connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(ping()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConnectionException.class)
                        .hasMessage("server 'srv': ping failed: it closed the connection"))
                .verify(LIMIT);
        assertThat(events).singleElement().isInstanceOf(ConnectionEvent.Undecodable.class);
        connection.close().block(LIMIT);
        assertThat(events).last().isEqualTo(new ConnectionEvent.Closed("was gone already"));
    }

    @Test
    void lineOverTheLimitIsSkippedWithAnEvent() throws IOException {
        LineServer server = server(peer -> {
            peer.readLine();
            peer.write("x".repeat(1_000_000) + "\n");
            peer.write("""
                    {"jsonrpc":"2.0","id":1,"result":{}}
                    """);
            LineServer.silent(peer);
        });
        Connection connection = to(server)
                .options(SocketOptions.builder().maxFrameBytes(10_000).build())
                .build()
                .connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(ping()))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        connection.close().block(LIMIT);
        assertThat(events)
                .containsExactly(
                        new ConnectionEvent.FrameTooLong(1_000_000, 10_000),
                        new ConnectionEvent.Closed("the server closed its end, too"));
    }

    @Test
    void answerOverTheLimitFailsItsCallAtOnce() throws IOException {
        LineServer server = server(peer -> {
            peer.readLine();
            peer.write("""
                    {"jsonrpc":"2.0","result":{"a":"%s"},"id":1}
                    """.formatted("x".repeat(200_000)));
            LineServer.silent(peer);
        });
        Connection connection = to(server)
                .options(SocketOptions.builder().maxFrameBytes(100_000).build())
                .build()
                .connection();
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(ping()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("has 200042 bytes, more than the limit of 100000 bytes "
                                + "(SocketOptions.maxFrameBytes)"))
                .verify(LIMIT);
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(connection.isTerminated()).isFalse();
        connection.close().block(LIMIT);
    }

    private static RequestSpec ping() {
        return RequestSpec.of("ping", RequestEffect.READS, null, Object.class);
    }

    private static void assertLost(Connection connection, String reason) {
        assertThat(connection.onTermination().block(LIMIT)).isNotNull().satisfies(end -> {
            assertThat(end.kind()).isEqualTo(Termination.Kind.LOST);
            assertThat(end.reason()).isEqualTo(reason);
        });
    }

    @Test
    void readsOnlyOnDemand() throws IOException {
        int lines = 200_000;
        AtomicInteger written = new AtomicInteger();
        LineServer server = server(peer -> {
            String text = "x".repeat(1000);
            for (int i = 0; i < lines; i++) {
                peer.write("""
                        {"n":"%d","text":"%s"}
                        """.formatted(i, text));
                written.incrementAndGet();
            }
        });
        SocketConnection connection = to(server).build().duplex(new EventSink<>());
        connection.open().block(LIMIT);
        Numbers numbers = new Numbers();
        connection.frames().subscribe(numbers);
        awaitStandstill(written);
        assertThat(numbers.seen).isEmpty();
        int waiting = written.get();
        assertThat(waiting).isLessThan(lines);

        numbers.request(3);
        LineServer.waitUntil("three frames", () -> numbers.seen.size() == 3);
        awaitStandstill(written);
        assertThat(numbers.seen).hasSize(3);

        for (int i = 4; i < 500; i++) {
            numbers.request(1);
            int wanted = i;
            LineServer.waitUntil(i + " frames", () -> numbers.seen.size() == wanted);
        }
        assertThat(written).hasValueLessThan(lines);

        numbers.request(Long.MAX_VALUE);
        assertThat(numbers.done.block(LIMIT)).isNull();
        assertThat(numbers.seen).hasSize(lines);
        int next = 0;
        for (int number : numbers.seen) {
            assertThat(number).isEqualTo(next++);
        }
        connection.close().block(LIMIT);
    }

    /** Waits until the server's writes block. */
    private static void awaitStandstill(AtomicInteger written) {
        AtomicInteger last = new AtomicInteger(-1);
        AtomicInteger same = new AtomicInteger();
        LineServer.waitUntil("the server stands still", () -> {
            int now = written.get();
            return last.getAndSet(now) == now && now > 0 ? same.incrementAndGet() == 50 : same.getAndSet(0) < 0;
        });
    }

    private static final class Numbers extends BaseSubscriber<Frame> {
        private final ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        private final Sinks.Empty<Void> completed = Sinks.empty();
        private final Mono<Void> done = completed.asMono();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // no demand yet
        }

        @Override
        protected void hookOnNext(Frame frame) {
            String text = new String(frame.bytes(), frame.offset(), 20, StandardCharsets.US_ASCII);
            seen.add(Integer.valueOf(text.substring(6, text.indexOf('"', 6))));
        }

        @Override
        protected void hookOnComplete() {
            completed.tryEmitEmpty();
        }
    }

    @Test
    void cancelledFrameSubscriberKeepsReading() throws IOException {
        AtomicInteger written = new AtomicInteger();
        LineServer server = server(peer -> {
            for (int i = 0; i < 20_000; i++) {
                peer.write("x".repeat(1000) + "\n");
                written.incrementAndGet();
            }
            LineServer.silent(peer);
        });
        SocketConnection connection = to(server).build().duplex(new EventSink<>());
        StepVerifier.create(connection.frames())
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
        connection.open().block(LIMIT);
        StepVerifier.create(connection.frames(), 1)
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
        StepVerifier.create(connection.frames())
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
        LineServer.waitUntil("all is written", () -> written.get() == 20_000);
        connection.close().block(LIMIT);
    }

    @Test
    void blockInCallbackFailsOnTheEventLoop() throws IOException {
        StepVerifier.create(use(
                        to(server(LineServer::echo)).build(),
                        s -> echo(s, "a").map(text -> {
                            assertThat(Schedulers.isInNonBlockingThread()).isTrue();
                            assertThat(Thread.currentThread().isDaemon()).isTrue();
                            return echo(s, "b").block(LIMIT);
                        })))
                .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("block()/blockFirst()/blockLast()"))
                .verify(LIMIT);
    }

    /** If this call is not detected, no other test would detect a blocking call either. */
    @Test
    void theCanaryIsCaught() throws IOException {
        StepVerifier.create(use(
                        to(server(LineServer::echo)).build(),
                        s -> echo(s, "a").doOnNext(text -> LockSupport.parkNanos(1_000_000))))
                .expectError(BlockingOperationError.class)
                .verify(LIMIT);
    }

    // outgoing

    @Test
    void unreadMessagesAreBoundedByTheQueue() throws IOException {
        AtomicInteger read = new AtomicInteger();
        LineServer server = server(peer -> {
            waitForGo();
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                read.incrementAndGet();
            }
        });
        SocketConnection connection = to(server)
                .options(SocketOptions.builder().sendQueue(20).build())
                .build()
                .duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.frames().subscribe();
        JsonRpcMessage message = message("x".repeat(64 * 1024));
        List<TestSubscriber<Void>> sent = new ArrayList<>();
        TestSubscriber<Void> last;
        do {
            last = TestSubscriber.create();
            connection.send(message).subscribe(last);
            sent.add(last);
            // the socket's buffers are full before the next message
            channels.open().forEach(c -> c.eventLoop().submit(() -> {}).awaitUninterruptibly());
            assertThat(sent).as("messages that were taken").hasSizeLessThan(2000);
        } while (!last.isTerminatedError());
        assertThat(last.expectTerminalError())
                .isInstanceOf(McpOverloadException.class)
                .hasMessage("server 'srv': it does not read its input: 20 messages wait already");
        sent.remove(last);
        assertThat(sent.stream().filter(s -> !s.isTerminated())).hasSizeBetween(20, 25);

        go.countDown();
        for (TestSubscriber<Void> each : sent) {
            each.block(LIMIT);
            assertThat(each.isTerminatedComplete()).isTrue();
        }
        connection.send(message).block(LIMIT);
        connection.close().block(LIMIT);
        LineServer.waitUntil("all is read", () -> read.get() == sent.size() + 1);
    }

    @Test
    void unreadMessagesAreBoundedInBytes() throws IOException {
        LineServer server = server(peer -> waitForGo());
        SocketConnection connection = to(server).build().duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.frames().subscribe();
        // all messages share one text: the limit counts the bytes they would have, not the heap of the test
        JsonRpcMessage message = message("x".repeat(1 << 20));
        int most = (int) (Outbound.MAX_WAITING_BYTES >> 20) + 100;
        TestSubscriber<Void> last;
        int sent = 0;
        do {
            last = TestSubscriber.create();
            connection.send(message).subscribe(last);
            // the socket's buffers are full before the next message
            channels.open().forEach(c -> c.eventLoop().submit(() -> {}).awaitUninterruptibly());
            assertThat(sent++).as("messages that were taken").isLessThan(most);
        } while (!last.isTerminatedError());
        assertThat(last.expectTerminalError())
                .isInstanceOf(McpOverloadException.class)
                .hasMessageStartingWith("server 'srv': it does not read its input: ")
                .hasMessageEndingWith("bytes wait already; the limit is " + Outbound.MAX_WAITING_BYTES);
        go.countDown();
        connection.close().block(LIMIT);
    }

    @Test
    void cancelledMessageIsNotSent() throws IOException {
        List<String> lines = new CopyOnWriteArrayList<>();
        LineServer server = server(peer -> {
            waitForGo();
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                lines.add(line.substring(0, Math.min(60, line.length())));
            }
        });
        SocketConnection connection = to(server).build().duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.frames().subscribe();
        // more than any socket accepts
        List<TestSubscriber<Void>> before = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            TestSubscriber<Void> large = TestSubscriber.create();
            connection.send(message("x".repeat(1024 * 1024))).subscribe(large);
            before.add(large);
        }
        TestSubscriber<Void> withdrawn = TestSubscriber.create();
        connection.send(message("withdrawn")).subscribe(withdrawn);
        TestSubscriber<Void> kept = TestSubscriber.create();
        connection.send(message("kept")).subscribe(kept);
        withdrawn.cancel();
        go.countDown();
        kept.block(LIMIT);
        assertThat(before).allMatch(TestSubscriber::isTerminatedComplete);
        assertThat(withdrawn.isTerminated()).isFalse();
        connection.close().block(LIMIT);
        LineServer.waitUntil("all is read", () -> server.open() == 0);
        assertThat(lines).hasSize(33).last().asString().contains("kept");
    }

    @Test
    void keepsOrderOfEachSendingThread() throws IOException {
        List<String> lines = new CopyOnWriteArrayList<>();
        LineServer server = server(peer -> {
            List<String> own = new ArrayList<>();
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                own.add(McpJson.mapper()
                        .readTree(line)
                        .path("params")
                        .path("text")
                        .asString());
            }
            lines.addAll(own);
        });
        SocketConnection connection = to(server).build().duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.frames().subscribe();
        int threads = 16;
        int each = 500;
        Flux.range(0, threads)
                .flatMap(
                        t -> Flux.range(0, each)
                                .flatMapSequential(i -> connection.send(message(t + "-" + i)), 50)
                                .subscribeOn(Schedulers.boundedElastic()),
                        threads)
                .blockLast(LIMIT);
        connection.close().block(LIMIT);
        LineServer.waitUntil("all is read", () -> lines.size() == threads * each);
        for (int t = 0; t < threads; t++) {
            String prefix = t + "-";
            List<String> own = lines.stream().filter(l -> l.startsWith(prefix)).toList();
            assertThat(own)
                    .containsExactlyElementsOf(
                            IntStream.range(0, each).mapToObj(i -> prefix + i).toList());
        }
    }

    @Test
    void sendDuringTheEndSucceedsOrFailsWithTheCause() throws IOException {
        for (int round = 0; round < 20; round++) {
            LineServer server = server(peer -> {
                peer.readLine();
                peer.readLine();
            });
            SocketConnection connection = to(server).build().duplex(new EventSink<>());
            connection.open().block(LIMIT);
            connection.frames().subscribe();
            Flux.range(0, 4)
                    .flatMap(t -> Flux.range(0, 500)
                            .flatMap(i -> connection.send(message("n" + i)).onErrorResume(e -> {
                                assertThat(e).isInstanceOf(McpConnectionException.class);
                                return Mono.empty();
                            }))
                            .subscribeOn(Schedulers.boundedElastic()))
                    .then(connection.onTermination())
                    .block(LIMIT);
            StepVerifier.create(connection.send(message("late")))
                    .expectError(McpConnectionException.class)
                    .verify(LIMIT);
            connection.close().block(LIMIT);
        }
    }

    // closing

    @Test
    void lostServerFailsPendingCalls() throws IOException {
        LineServer server = server(LineServer::echo);
        StepVerifier.create(use(to(server).build(), s -> s.callTool("crash", null)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConnectionException.class)
                        .isNotInstanceOf(McpStartException.class)
                        .hasMessage("server 'srv': tools/call failed: it closed the connection"))
                .verify(LIMIT);
    }

    @Test
    void reportsResetConnection() throws IOException {
        LineServer server = server(peer -> {
            peer.readLine();
            peer.reset();
        });
        Connection connection = to(server).build().connection();
        connection.open().block(LIMIT);
        StepVerifier.create(connection.exchange(ping()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConnectionException.class)
                        .hasMessage("server 'srv': ping failed: the connection was reset"))
                .verify(LIMIT);
        connection.close().block(LIMIT);
    }

    @Test
    void waitingMessagesAreSentBeforeClose() throws IOException {
        AtomicInteger read = new AtomicInteger();
        LineServer server = server(peer -> {
            waitForGo();
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                read.incrementAndGet();
            }
        });
        SocketConnection connection = to(server)
                .options(SocketOptions.builder().closeGrace(LIMIT).build())
                .build()
                .duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.frames().subscribe();
        List<TestSubscriber<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TestSubscriber<Void> each = TestSubscriber.create();
            connection.send(message("x".repeat(64 * 1024))).subscribe(each);
            sent.add(each);
        }
        TestSubscriber<Void> closing = TestSubscriber.create();
        connection.close().subscribe(closing);
        assertThat(closing.isTerminated()).isFalse();
        StepVerifier.create(connection.send(message("late")))
                .expectError(McpClosedException.class)
                .verify(LIMIT);
        go.countDown();
        closing.block(LIMIT);
        assertThat(sent).allMatch(TestSubscriber::isTerminatedComplete);
        LineServer.waitUntil("all is read", () -> read.get() == sent.size());
    }

    @Test
    void closeIsBoundedIfServerDoesNotRead() throws IOException {
        LineServer server = server(peer -> waitForGo());
        Connection connection = to(server)
                .options(SocketOptions.builder()
                        .closeGrace(Duration.ofMillis(100))
                        .build())
                .build()
                .connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        List<TestSubscriber<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TestSubscriber<Void> each = TestSubscriber.create();
            connection
                    .notify(new JsonRpcMessage.Notification("m", Map.of("text", "x".repeat(64 * 1024))))
                    .subscribe(each);
            sent.add(each);
        }
        connection.close().block(LIMIT);
        assertThat(channels.open()).isEmpty();
        assertThat(events)
                .containsExactly(new ConnectionEvent.Closed("did not wait any longer for the server to close its end"));
        // each sender is notified, whether its message was sent or not
        sent.forEach(each -> each.block(LIMIT));
        assertThat(sent.get(299).expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void closeTellsWhatWasSentFromWhatWasNot() throws IOException {
        LineServer server = server(peer -> {
            peer.readLine();
            waitForGo();
        });
        Connection connection = to(server)
                .options(SocketOptions.builder()
                        .closeGrace(Duration.ofMillis(100))
                        .build())
                .build()
                .connection();
        connection.open().block(LIMIT);
        CallToolParams large = new CallToolParams("x", Map.of("text", "x".repeat(64 * 1024)), null);
        List<TestSubscriber<JsonRpcMessage>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            TestSubscriber<JsonRpcMessage> call = TestSubscriber.create();
            connection
                    .exchange(RequestSpec.of("tools/call", RequestEffect.MAY_ACT, large, Object.class))
                    .subscribe(call);
            calls.add(call);
            if (i == 0) {
                connection.notify(new JsonRpcMessage.Notification("n", null)).block(LIMIT);
            }
        }
        connection.close().block(LIMIT);
        assertThat(calls.get(0).expectTerminalError())
                .isInstanceOfSatisfying(
                        McpClosedException.class, e -> assertThat(e.outcome()).isEqualTo(CallOutcome.UNKNOWN));
        assertThat(calls.get(299).expectTerminalError())
                .isInstanceOfSatisfying(
                        McpClosedException.class, e -> assertThat(e.outcome()).isEqualTo(CallOutcome.NOT_SENT));
    }

    @Test
    void closeIsBoundedIfServerKeepsSending() throws IOException {
        LineServer server = server(peer -> {
            LineServer.silent(peer);
            waitForGo();
        });
        Connection connection = to(server)
                .options(SocketOptions.builder().closeGrace(Duration.ZERO).build())
                .build()
                .connection();
        connection.open().block(LIMIT);
        connection.close().block(LIMIT);
        assertThat(channels.open()).isEmpty();
    }

    @Test
    void closeIsBoundedDuringAFlood() throws IOException {
        LineServer server = server(peer -> {
            while (true) {
                peer.write("x".repeat(10_000) + "\n");
            }
        });
        SocketConnection connection = to(server)
                .options(SocketOptions.builder()
                        .closeGrace(Duration.ofMillis(100))
                        .build())
                .build()
                .duplex(new EventSink<>());
        connection.open().block(LIMIT);
        connection.close().block(LIMIT);
        assertThat(channels.open()).isEmpty();
    }

    @Test
    void noSocketIsLeftAfterAnyEnd() throws IOException {
        LineServer server = server(LineServer::echo);
        SocketTransport transport = to(server).build();
        StepVerifier.create(use(transport, s -> echo(s, "a")))
                .expectNext("a")
                .expectComplete()
                .verify(LIMIT);
        assertNoSocketLeft(server);
        StepVerifier.create(use(transport, s -> Mono.error(new IllegalStateException("mine"))))
                .expectErrorMessage("mine")
                .verify(LIMIT);
        assertNoSocketLeft(server);
        StepVerifier.create(use(transport, s -> echo(s, "a").concatWith(Mono.never())))
                .expectNext("a")
                .thenCancel()
                .verify(LIMIT);
        assertNoSocketLeft(server);
    }

    @Test
    void cancelledOpenLeavesNoSocket() throws IOException {
        LineServer server = server(LineServer::silent);
        SocketTransport transport = to(server).build();
        for (int i = 0; i < 50; i++) {
            Disposable using = use(transport, s -> Mono.just(1)).subscribe();
            if (i % 2 == 0) {
                int clients = i / 2 + 1;
                LineServer.waitUntil("a client", () -> server.accepted() >= clients);
            }
            using.dispose();
        }
        assertNoSocketLeft(server);
    }

    private void assertNoSocketLeft(LineServer server) {
        channels.assertNoneOpen();
        LineServer.waitUntil("the server's sockets are closed", () -> server.open() == 0);
    }

    // TLS

    private static LineServer tls(X509Bundle certificate, LineServer.Behaviour behaviour) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = certificate.toKeyManagerFactory().getKeyManagers();
        context.init(keys, null, null);
        return LineServer.tls(
                (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName(LOOPBACK)),
                behaviour);
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=srv")
                .addSanIpAddress(LOOPBACK)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    @Test
    void connectsOverTls() throws Exception {
        X509Bundle certificate = certificate();
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager(certificate.getCertificate())
                .build();
        LineServer server = keep(tls(certificate, LineServer::echo));
        String text = "0123456789abcdeü".repeat(3 * 1024 * 1024 / 16);
        SocketTransport transport = to(server)
                .client(client -> channels.watch(client.secure(tls -> tls.sslContext(trusting))))
                .build();
        StepVerifier.create(use(transport, s -> echo(s, "a").concatWith(echo(s, text))))
                .expectNext("a", text)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(use(transport, s -> s.callTool("crash", null)))
                .expectErrorSatisfies(
                        e -> assertThat(e).hasMessage("server 'srv': tools/call failed: it closed the connection"))
                .verify(LIMIT);
        assertThat(server.accepted()).isEqualTo(2);
    }

    @Test
    void closesInOrderOverTls() throws Exception {
        X509Bundle certificate = certificate();
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager(certificate.getCertificate())
                .build();
        List<String> lines = new CopyOnWriteArrayList<>();
        LineServer server = keep(tls(certificate, peer -> {
            for (String line = peer.readLine(); line != null; line = peer.readLine()) {
                lines.add(line);
            }
            lines.add("end");
        }));
        Connection connection = to(server)
                .client(client -> channels.watch(client.secure(tls -> tls.sslContext(trusting))))
                .build()
                .connection();
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection.open().block(LIMIT);
        connection.notify(new JsonRpcMessage.Notification("m", null)).block(LIMIT);
        connection.close().block(LIMIT);
        LineServer.waitUntil("the server is through", () -> server.open() == 0);
        assertThat(lines).containsExactly("""
                {"jsonrpc":"2.0","method":"m"}""", "end");
        assertThat(events).containsExactly(new ConnectionEvent.Closed("the server closed its end, too"));
    }

    @Test
    void reportsUntrustedCertificate() throws Exception {
        LineServer server = keep(tls(certificate(), LineServer::echo));
        SocketTransport transport =
                to(server).client(client -> channels.watch(client.secure())).build();
        StepVerifier.create(use(transport, s -> Mono.just(1)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpStartException.class)
                        .hasMessageContaining("cannot connect to 127.0.0.1:" + server.port() + ": TLS failed: ")
                        .hasMessageContaining("certification path"))
                .verify(LIMIT);
    }
}
