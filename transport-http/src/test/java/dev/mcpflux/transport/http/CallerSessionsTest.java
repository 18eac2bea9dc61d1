package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** In the legacy era each caller has a session of its own: how it begins, what comes by it, how it ends. */
class CallerSessionsTest {

    private static final Context ALICE = Context.of(HttpTransport.HEADERS, Map.of("Authorization", "alice"));
    private static final Context BOB = Context.of(HttpTransport.HEADERS, Map.of("Authorization", "bob"));

    private static void text(String text, HttpReply reply) throws Exception {
        reply.result("{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}");
    }

    /** Tells the caller which session it is, and whose. */
    private static void whoAmI(String session, RecordedRequest request, HttpReply reply) throws Exception {
        if (request.is("tools/call")) {
            text(SessionServer.owner(request) + " in session " + session, reply);
        } else {
            reply.result("{}");
        }
    }

    private static McpSession legacy(ScriptedHttpServer server) {
        return open(transport(server), options -> options.era(EraPolicy.LEGACY));
    }

    private static Mono<String> call(McpSession session, Context who) {
        return session.callTool("who", null).map(CallToolResult::text).contextWrite(who);
    }

    private static String called(McpSession session, Context who) {
        return Objects.requireNonNull(call(session, who).block(LIMIT));
    }

    private static List<ConnectionEvent> events(McpSession session) {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        session.events().ofType(SessionEvent.Link.class).subscribe(link -> events.add(link.event()));
        return events;
    }

    @Test
    void callersWithOtherHeadersHaveTheirOwnSessions() {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = legacy(server);
            for (int i = 0; i < 2; i++) {
                assertThat(called(session, ALICE)).isEqualTo("alice in session 2");
                assertThat(called(session, Context.empty())).isEqualTo("nobody in session 1");
                assertThat(called(session, BOB)).isEqualTo("bob in session 3");
            }
            assertThat(server.requests(request -> request.is("notifications/initialized")))
                    .extracting(SessionServer::owner)
                    .containsExactly("nobody", "alice", "bob");
            closed(session, server);
            assertThat(sessions.ended).containsExactlyInAnyOrder("1", "2", "3");
        }
    }

    @Test
    void principalsWithoutHeadersHaveTheirOwnSessions() {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = legacy(server);
            Context alice = Context.of(CallContext.PRINCIPAL, "alice");
            Context bob = Context.of(CallContext.PRINCIPAL, "bob");
            assertThat(called(session, alice)).isEqualTo("nobody in session 2");
            assertThat(called(session, bob)).isEqualTo("nobody in session 3");
            assertThat(called(session, alice)).isEqualTo("nobody in session 2");
            closed(session, server);
            assertThat(sessions.ended).containsExactlyInAnyOrder("1", "2", "3");
        }
    }

    @Test
    void openingCallerHasTheFirstSession() {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = McpSession.create(
                    transport(server).build(),
                    SessionOptions.builder().era(EraPolicy.LEGACY).build());
            session.open().contextWrite(ALICE).block(LIMIT);
            assertThat(called(session, ALICE)).isEqualTo("alice in session 1");
            assertThat(called(session, Context.empty())).isEqualTo("nobody in session 2");
            closed(session, server);
            assertThat(sessions.ended).containsExactlyInAnyOrder("1", "2");
        }
    }

    @Test
    void concurrentFirstCallsBeginOneSession() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize") && SessionServer.owner(request).equals("alice")) {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            }
            sessions.handle(request, reply);
        })) {
            McpSession session = legacy(server);
            Mono<List<String>> calls = Flux.range(0, 20)
                    .flatMap(i -> call(session, ALICE), 20)
                    .collectList()
                    .cache();
            Disposable waiting = calls.subscribe();
            // another one is not held up
            assertThat(called(session, BOB)).startsWith("bob in");
            go.countDown();
            assertThat(calls.block(LIMIT)).hasSize(20).containsOnly("alice in session 3");
            assertThat(server.count("initialize")).isEqualTo(3);
            waiting.dispose();
            closed(session, server);
        }
    }

    @Test
    void refusedCallerFailsAlone() {
        AtomicInteger refusals = new AtomicInteger();
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize")
                    && SessionServer.owner(request).equals("bob")
                    && refusals.getAndIncrement() == 0) {
                reply.status(401, "text/plain", "who is bob?");
            } else {
                sessions.handle(request, reply);
            }
        })) {
            McpSession session = legacy(server);
            assertThatThrownBy(() -> called(session, BOB))
                    .isInstanceOf(McpHttpStatusException.class)
                    .hasMessageContaining("initialize failed")
                    .hasMessageContaining("401");
            assertThat(called(session, ALICE)).startsWith("alice in");
            // not kept: the next one may have more luck
            assertThat(called(session, BOB)).startsWith("bob in");
            closed(session, server);
        }
    }

    @Test
    void sessionSurvivesItsCancelledFirstCall() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize") && SessionServer.owner(request).equals("alice")) {
                asked.countDown();
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            }
            sessions.handle(request, reply);
        })) {
            McpSession session = legacy(server);
            Disposable call = call(session, ALICE).subscribe();
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            call.dispose();
            assertThat(session.pendingRequests()).isLessThanOrEqualTo(1);
            go.countDown();
            assertThat(called(session, ALICE)).isEqualTo("alice in session 2");
            assertThat(server.count("initialize")).isEqualTo(2);
            assertThat(server.count("tools/call")).isEqualTo(1);
            closed(session, server);
            assertThat(sessions.ended).containsExactlyInAnyOrder("1", "2");
        }
    }

    /** The server has begun a session and is slow to say more: nobody will use it. */
    @Test
    void aSessionThatOpensWhileAllIsClosedIsEnded() throws Exception {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize") && SessionServer.owner(request).equals("alice")) {
                sessions.owners.put("slow", "alice");
                reply.events("Mcp-Session-Id: slow")
                        .event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/hello\"}")
                        .awaitDisconnect();
            } else {
                sessions.handle(request, reply);
            }
        })) {
            McpSession session = legacy(server);
            List<SessionEvent> heard = new CopyOnWriteArrayList<>();
            session.events().ofType(SessionEvent.Other.class).subscribe(heard::add);
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            call(session, ALICE).subscribe(text -> {}, failures::add);
            eventually(() -> !heard.isEmpty());
            closed(session, server);
            assertThat(failures).singleElement().isInstanceOf(McpClosedException.class);
            assertThat(sessions.ended).containsExactlyInAnyOrder("1", "slow");
        }
    }

    @Test
    void sessionOfAnIdleCallerIsEnded() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = open(
                    transport(server)
                            .timer(time)
                            .options(HttpOptions.builder()
                                    .keepSession(Duration.ofMinutes(10))
                                    .build()),
                    options -> options.era(EraPolicy.LEGACY));
            List<ConnectionEvent> events = events(session);
            called(session, ALICE);
            time.advanceTimeBy(Duration.ofMinutes(6));
            called(session, ALICE);
            time.advanceTimeBy(Duration.ofMinutes(6));
            assertThat(called(session, ALICE)).isEqualTo("alice in session 2");
            time.advanceTimeBy(Duration.ofMinutes(10));
            eventually(() -> sessions.ended.contains("2"));
            eventually(() -> events.stream().anyMatch(ConnectionEvent.SessionEnded.class::isInstance));
            assertThat(events)
                    .filteredOn(ConnectionEvent.SessionEnded.class::isInstance)
                    .extracting(event -> ((ConnectionEvent.SessionEnded) event).caller())
                    .containsExactly(Caller.of(ALICE));
            // that of who opened the connection stays, and a new one begins
            assertThat(called(session, Context.empty())).isEqualTo("nobody in session 1");
            assertThat(called(session, ALICE)).isEqualTo("alice in session 3");
            closed(session, server);
        }
    }

    @Test
    void aForgottenSessionIsBegunAgainForItsCallerOnly() {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = legacy(server);
            List<ConnectionEvent> events = events(session);
            called(session, ALICE);
            called(session, BOB);
            session.setLogLevel(LogLevel.DEBUG).contextWrite(ALICE).block(LIMIT);
            session.setLogLevel(LogLevel.ERROR).contextWrite(BOB).block(LIMIT);
            sessions.forget("2");
            assertThat(called(session, ALICE)).isEqualTo("alice in session 4");
            assertThat(called(session, BOB)).isEqualTo("bob in session 3");
            eventually(() -> events.stream().anyMatch(ConnectionEvent.SessionRenewed.class::isInstance));
            assertThat(events)
                    .filteredOn(ConnectionEvent.SessionRenewed.class::isInstance)
                    .extracting(event -> ((ConnectionEvent.SessionRenewed) event).caller())
                    .containsExactly(Caller.of(ALICE));
            // what the server was told before is told again, by the new session and no other
            eventually(() -> server.count("logging/setLevel") == 3);
            RecordedRequest again =
                    server.requests(request -> request.is("logging/setLevel")).get(2);
            assertThat(again.header("mcp-session-id")).isEqualTo("4");
            assertThat(again.message().at("/params/level").asString()).isEqualTo("debug");
            closed(session, server);
        }
    }

    @Test
    void theFirstLogLevelIsToldToEachSession() {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = open(
                    transport(server), options -> options.era(EraPolicy.LEGACY).logLevel(LogLevel.WARNING));
            called(session, ALICE);
            eventually(() -> server.count("logging/setLevel") == 2);
            assertThat(server.requests(request -> request.is("logging/setLevel")))
                    .extracting(request -> request.header("mcp-session-id"))
                    .containsExactly("1", "2");
            closed(session, server);
        }
    }

    @Test
    void listenerReceivesChangesOfItsSession() throws Exception {
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = legacy(server);
            List<ListenSignal> alice = new CopyOnWriteArrayList<>();
            List<ListenSignal> bob = new CopyOnWriteArrayList<>();
            Subscriptions.SubscriptionFilter inbox =
                    new Subscriptions.SubscriptionFilter(null, null, null, List.of("me://inbox"), null);
            Disposable first = session.listen(inbox).contextWrite(ALICE).subscribe(alice::add);
            eventually(() -> server.count("resources/subscribe") == 1);
            Disposable second = session.listen(inbox).contextWrite(BOB).subscribe(bob::add);
            eventually(() -> server.count("resources/subscribe") == 2);
            assertThat(server.requests(request -> request.is("resources/subscribe")))
                    .extracting(SessionServer::owner)
                    .containsExactly("alice", "bob");
            eventually(() -> sessions.streams.size() == 3);
            String updated = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                    + "\"params\":{\"uri\":\"me://inbox\"}}";
            sessions.streams.get("2").event(updated);
            eventually(() -> alice.size() == 2);
            sessions.streams.get("3").event(updated).event(updated);
            eventually(() -> bob.size() == 3);
            assertThat(alice).hasSize(2);
            first.dispose();
            second.dispose();
            eventually(() -> server.count("resources/unsubscribe") == 2);
            Set<String> owners = new TreeSet<>();
            server.requests(request -> request.is("resources/unsubscribe"))
                    .forEach(request -> owners.add(SessionServer.owner(request)));
            assertThat(owners).containsExactly("alice", "bob");
            closed(session, server);
        }
    }

    /** Two sessions may use one id for their questions. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQuestionNamesTheCallerOfItsSession(boolean byTheCall) throws Exception {
        String question = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
                + "{\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}";
        Map<String, CountDownLatch> answered = new ConcurrentHashMap<>();
        AtomicInteger waiting = new AtomicInteger();
        SessionServer[] sessions = new SessionServer[1];
        sessions[0] = new SessionServer((id, request, reply) -> {
            if (request.message().has("result")) {
                Objects.requireNonNull(answered.get(id)).countDown();
                reply.accepted();
            } else {
                CountDownLatch done = answered.computeIfAbsent(id, i -> new CountDownLatch(1));
                waiting.incrementAndGet();
                // both questions are open at the same time
                eventually(() -> waiting.get() == 2);
                if (byTheCall) {
                    reply.events().event(question);
                } else {
                    eventually(() -> sessions[0].streams.containsKey(id));
                    sessions[0].streams.get(id).event(question);
                }
                assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
                String result = reply.message("{\"content\":[{\"type\":\"text\",\"text\":\"" + id + "\"}]}");
                if (byTheCall) {
                    reply.event(result);
                } else {
                    reply.json(result);
                }
            }
        });
        Map<String, String> asked = new ConcurrentHashMap<>();
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(q -> Mono.deferContextual(context -> {
                    Caller caller = Objects.requireNonNull(q.caller());
                    asked.put(
                            String.valueOf(caller.headers().get("Authorization")),
                            Caller.of(context).equals(caller) + " " + context.getOrDefault("mine", "-"));
                    return Mono.delay(Duration.ofMillis(20)).thenReturn(Elicitation.ElicitResult.accept(Map.of()));
                }))
                .build();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions[0])) {
            McpSession session = open(
                    transport(server), options -> options.era(EraPolicy.LEGACY).handlers(handlers));
            List<String> results = Flux.merge(
                            call(session, ALICE.put("mine", "a")), call(session, BOB.put("mine", "b")))
                    .collectList()
                    .block(LIMIT);
            assertThat(results).containsExactlyInAnyOrder("2", "3");
            assertThat(asked)
                    .containsOnly(
                            Map.entry("alice", byTheCall ? "true a" : "true -"),
                            Map.entry("bob", byTheCall ? "true b" : "true -"));
            closed(session, server);
        }
    }

    @Test
    void changesOfTheRootsAreToldToEachSession() {
        Sinks.Many<Integer> changes = Sinks.many().multicast().directBestEffort();
        ClientHandlers handlers = ClientHandlers.builder()
                .roots(List.of(new Roots.Root("file:///a", null, null)))
                .rootsChanges(changes.asFlux())
                .build();
        SessionServer sessions = new SessionServer(CallerSessionsTest::whoAmI);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = open(
                    transport(server), options -> options.era(EraPolicy.LEGACY).handlers(handlers));
            called(session, ALICE);
            changes.tryEmitNext(1);
            eventually(() -> server.count("notifications/roots/list_changed") == 2);
            assertThat(server.requests(request -> request.is("notifications/roots/list_changed")))
                    .extracting(request -> request.header("mcp-session-id"))
                    .containsExactlyInAnyOrder("1", "2");
            closed(session, server);
        }
    }

    // HTTP+SSE

    /** A server of HTTP+SSE: each stream has an endpoint of its own. */
    private static ScriptedHttpServer older(Map<String, HttpReply> streams) {
        AtomicInteger last = new AtomicInteger();
        return ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                String id = String.valueOf(last.incrementAndGet());
                streams.put(id, reply);
                reply.events()
                        .raw("event: endpoint\ndata: /message?" + id + "\n\n")
                        .awaitDisconnect();
                streams.remove(id);
                return;
            }
            String id = request.path().substring(request.path().indexOf('?') + 1);
            reply.accepted();
            HttpReply stream = Objects.requireNonNull(streams.get(id));
            String of = "{\"jsonrpc\":\"2.0\",\"id\":" + request.message().path("id") + ",\"result\":";
            if (request.is("initialize")) {
                stream.event(of + Scripts.initialized("2024-11-05") + "}");
            } else if (request.is("tools/call")) {
                stream.event(of + "{\"content\":[{\"type\":\"text\",\"text\":\"" + SessionServer.owner(request) + " at "
                        + id + "\"}]}}");
            }
        });
    }

    @Test
    void eachCallerHasAStreamAndAnEndpointOverSse() throws Exception {
        Map<String, HttpReply> streams = new ConcurrentHashMap<>();
        try (ScriptedHttpServer server = older(streams)) {
            McpSession session = open(transport(server).kind(HttpKind.SSE), options -> options.era(EraPolicy.LEGACY));
            assertThat(called(session, ALICE)).isEqualTo("alice at 2");
            assertThat(called(session, Context.empty())).isEqualTo("nobody at 1");
            assertThat(called(session, BOB)).isEqualTo("bob at 3");
            assertThat(called(session, ALICE)).isEqualTo("alice at 2");
            assertThat(server.requests(request -> request.httpMethod().equals("GET")))
                    .extracting(SessionServer::owner)
                    .containsExactly("nobody", "alice", "bob");
            // one that breaks off is its caller's alone
            List<ConnectionEvent> events = events(session);
            streams.get("2").reset();
            eventually(() -> events.stream().anyMatch(ConnectionEvent.SessionEnded.class::isInstance));
            assertThat(called(session, BOB)).isEqualTo("bob at 3");
            assertThat(called(session, ALICE)).isEqualTo("alice at 4");
            closed(session, server);
        }
    }
}
