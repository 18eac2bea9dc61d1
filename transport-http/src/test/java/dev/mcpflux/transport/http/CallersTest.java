package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** Connections of TCP are those of one caller: no other's request goes by them. */
class CallersTest {

    private static final Duration LONG = Duration.ofHours(1);

    private static final HttpHandler TALKS = modern((request, reply) -> reply.result(TEXT));

    private static Context principal(Object who) {
        return Context.of(CallContext.PRINCIPAL, who);
    }

    private static Context headers(String token) {
        return Context.of(HttpTransport.HEADERS, Map.of("Authorization", token));
    }

    /** One connection for each: the next request waits until it is free, and does not take another. */
    private static HttpTransport.Builder patient(ScriptedHttpServer server) {
        return transport(server)
                .options(HttpOptions.builder().maxConnections(1).keepIdle(LONG).build());
    }

    private static McpSession opened(HttpTransport.Builder transport) {
        return open(transport, options -> options);
    }

    /** Makes a call, and says by which connection it came. */
    private static int call(ScriptedHttpServer server, McpSession session, Context context) {
        assertThat(session.callTool("t", null).contextWrite(context).block(LIMIT))
                .extracting(CallToolResult::text)
                .isEqualTo("done");
        return last(server);
    }

    private static int last(ScriptedHttpServer server) {
        return server.requests().get(server.requests().size() - 1).connection();
    }

    @Test
    void eachPrincipalHasConnectionsOfItsOwn() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            McpSession session = opened(patient(server));
            int nobody = call(server, session, Context.empty());
            int ann = call(server, session, principal("ann"));
            int bob = call(server, session, principal("bob"));
            assertThat(List.of(nobody, ann, bob)).doesNotHaveDuplicates();
            assertThat(call(server, session, principal("bob"))).isEqualTo(bob);
            assertThat(call(server, session, principal("ann"))).isEqualTo(ann);
            assertThat(call(server, session, Context.empty())).isEqualTo(nobody);
            assertThat(server.connections()).isEqualTo(3);
            closed(session, server);
        }
    }

    @Test
    void headersIdentifyCallersWithoutPrincipal() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            McpSession session = opened(patient(server));
            int one = call(server, session, headers("Bearer one"));
            int two = call(server, session, headers("Bearer two"));
            assertThat(two).isNotEqualTo(one);
            assertThat(call(server, session, headers("Bearer one"))).isEqualTo(one);
            closed(session, server);
        }
    }

    /** Where one connection could carry the requests of all. */
    @Test
    void eachHasConnectionsOfItsOwnByHttp2() {
        try (TlsServer server = new TlsServer(
                true,
                request -> request.protocol() + " " + request.remoteAddress().getPort())) {
            McpSession session = opened(server.transport()
                    .options(HttpOptions.builder()
                            .maxConnections(1)
                            .keepIdle(LONG)
                            .build()));
            Map<String, Set<String>> connections = new TreeMap<>();
            for (String who : List.of("ann", "bob", "ann", "bob")) {
                String told = Flux.range(0, 4)
                        .flatMap(i -> session.callTool("t", null))
                        .map(CallToolResult::text)
                        .distinct()
                        .single()
                        .contextWrite(principal(who))
                        .block(LIMIT);
                connections.computeIfAbsent(who, name -> new TreeSet<>()).add(told);
            }
            assertThat(connections.values())
                    .allSatisfy(of -> assertThat(of).singleElement().asString().startsWith("HTTP/2.0 "));
            assertThat(connections.get("ann")).doesNotContainAnyElementsOf(connections.get("bob"));
            session.close().block(LIMIT);
            eventually(() -> server.connections() == 0);
        }
    }

    /** A token is renewed, and who has it stays the same. */
    @Test
    void aPrincipalKeepsItsConnectionWithOtherHeaders() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            McpSession session = opened(patient(server));
            Context ann = principal("ann");
            int first = call(server, session, ann.putAll(headers("Bearer old").readOnly()));
            assertThat(call(server, session, ann.putAll(headers("Bearer new").readOnly())))
                    .isEqualTo(first);
            assertThat(server.requests())
                    .extracting(request -> request.header("authorization"))
                    .containsExactly(null, "Bearer old", "Bearer new");
            closed(session, server);
        }
    }

    @Test
    void serversWithTheSameHeadersShareConnections() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            HttpPool pool = HttpPool.create();
            McpSession first = opened(
                    patient(server).pool(pool).header("Authorization", "one").header("X-Other", "x"));
            McpSession same =
                    opened(patient(server).pool(pool).header("X-Other", "x").header("Authorization", "one"));
            McpSession other = opened(patient(server).pool(pool).header("Authorization", "two"));
            McpSession without = opened(patient(server).pool(pool));
            int connection = call(server, first, Context.empty());
            assertThat(call(server, same, Context.empty())).isEqualTo(connection);
            int others = call(server, other, Context.empty());
            int withouts = call(server, without, Context.empty());
            assertThat(List.of(connection, others, withouts)).doesNotHaveDuplicates();
            first.close().block(LIMIT);
            assertThat(call(server, same, Context.empty())).isEqualTo(connection);
            same.close().block(LIMIT);
            eventually(() -> server.connections() == 2);
            assertThat(call(server, other, Context.empty())).isEqualTo(others);
            other.close().block(LIMIT);
            closed(without, server);
        }
    }

    @Test
    void connectionsOfAnIdleCallerAreClosed() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            McpSession session = opened(patient(server).timer(time));
            int ann = call(server, session, principal("ann"));
            int bob = call(server, session, principal("bob"));
            time.advanceTimeBy(LONG);
            assertThat(call(server, session, principal("ann"))).isEqualTo(ann);
            assertThat(call(server, session, principal("bob"))).isEqualTo(bob);
            assertThat(server.connections()).isEqualTo(3);
            eventually(() -> {
                time.advanceTimeBy(LONG);
                assertThat(call(server, session, principal("bob"))).isEqualTo(bob);
                return server.connections() == 2;
            });
            assertThat(call(server, session, principal("ann"))).isNotIn(ann, bob);
            closed(session, server);
        } finally {
            time.dispose();
        }
    }

    @Test
    void aRequestUnderWayKeepsItsConnection() {
        CountDownLatch go = new CountDownLatch(1);
        inTime(
                (request, reply) -> {
                    go.await();
                    reply.result(TEXT);
                },
                (server, session, time) -> {
                    Mono<CallToolResult> result = session.callTool("t", null)
                            .contextWrite(principal("ann"))
                            .cache();
                    Disposable running = result.subscribe();
                    eventually(() -> server.count("tools/call") == 1);
                    time.advanceTimeBy(LONG.multipliedBy(10));
                    go.countDown();
                    assertThat(result.block(LIMIT))
                            .extracting(CallToolResult::text)
                            .isEqualTo("done");
                    assertThat(running.isDisposed()).isTrue();
                });
    }

    // however a request ended, it does not keep its caller's connections

    @Test
    void failedCallReleasesItsConnections() {
        inTime(
                (request, reply) -> reply.reset(),
                (server, session, time) -> assertThatThrownBy(() -> session.callTool("t", null)
                                .contextWrite(principal("ann"))
                                .block(LIMIT))
                        .isInstanceOf(McpConnectionException.class));
    }

    @Test
    void cancelledCallReleasesItsConnections() {
        inTime((request, reply) -> reply.awaitDisconnect(), (server, session, time) -> {
            Disposable hanging =
                    session.callTool("t", null).contextWrite(principal("ann")).subscribe();
            eventually(() -> server.count("tools/call") == 1);
            hanging.dispose();
        });
    }

    @Test
    void callCancelledWhileQueuedIsReleased() {
        inTime(
                (request, reply) -> reply.result(TEXT),
                (server, session, time) -> session.callTool("t", null)
                        .contextWrite(principal("ann"))
                        .subscribe()
                        .dispose());
    }

    private interface Work {
        void run(ScriptedHttpServer server, McpSession session, VirtualTimeScheduler time);
    }

    /** Does something on behalf of others; a while later none of them has a connection, and nobody looks after them. */
    private static void inTime(HttpHandler calls, Work work) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern(calls))) {
            McpSession session = opened(patient(server).timer(time));
            work.run(server, session, time);
            eventually(() -> {
                long looks = time.getScheduledTaskCount();
                time.advanceTimeBy(LONG);
                return time.getScheduledTaskCount() == looks;
            });
            eventually(() -> server.connections() == 1);
            closed(session, server);
        } finally {
            time.dispose();
        }
    }

    @Test
    void closeEndsConnectionsAndCallsUnderWay() {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.awaitDisconnect()))) {
            McpSession session = opened(patient(server));
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Flux.just("ann", "bob", "cid")
                    .flatMap(who -> session.callTool("t", null).contextWrite(principal(who)))
                    .subscribe(result -> {}, failure::set);
            eventually(() -> server.count("tools/call") == 3);
            assertThat(server.connections()).isEqualTo(4);
            closed(session, server);
            assertThat(failure.get()).isInstanceOf(McpException.class);
        }
    }

    /** Who comes when its connections are being closed has new ones. */
    @Test
    void noRequestIsLostWhereConnectionsAreClosedAllTheTime() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(TALKS)) {
            McpSession session = opened(transport(server)
                    .options(HttpOptions.builder()
                            .maxConnections(10)
                            .keepIdle(Duration.ofMillis(1))
                            .build()));
            List<Integer> calls = IntStream.range(0, 4).boxed().toList();
            Flux.fromIterable(calls)
                    .flatMap(
                            thread -> Flux.range(0, 50)
                                    .concatMap(i -> session.callTool("t", null).contextWrite(principal(thread % 2)))
                                    .subscribeOn(Schedulers.parallel()),
                            4)
                    .blockLast(LIMIT);
            assertThat(server.count("tools/call")).isEqualTo(200);
            closed(session, server);
        }
    }
}
