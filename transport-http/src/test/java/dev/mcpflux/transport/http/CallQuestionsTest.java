package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Questions that a legacy server asks by the response stream of a call belong to that call, and end with it. */
class CallQuestionsTest {

    private static final String GIVEN_UP = "the call that it was asked for was given up";

    /** The streams of the calls that are under way, by the names of their tools. */
    private final Map<String, HttpReply> streams = new ConcurrentHashMap<>();

    /** The stream that belongs to no call. */
    private final Map<String, HttpReply> own = new ConcurrentHashMap<>();

    /** The answers to questions, in the order in which they came. */
    private final List<String> answers = new CopyOnWriteArrayList<>();

    private final List<String> started = new CopyOnWriteArrayList<>();
    private final List<String> cancelled = new CopyOnWriteArrayList<>();

    private final ClientHandlers handlers = ClientHandlers.builder()
            .elicitation(question -> {
                String message = question.params().message();
                started.add(message);
                return Mono.<Elicitation.ElicitResult>never().doOnCancel(() -> cancelled.add(message));
            })
            .build();

    private void serve(RecordedRequest request, HttpReply reply) throws Exception {
        if (request.is("initialize")) {
            reply.result(Scripts.initialized("2025-11-25"), "Mcp-Session-Id: s-1");
        } else if (request.httpMethod().equals("GET")) {
            reply.events().raw(": here\n\n");
            own.put("GET", reply);
            reply.awaitDisconnect();
        } else if (request.is("tools/call")) {
            reply.events().raw(": here\n\n");
            streams.put(request.message().at("/params/name").asString(), reply);
            reply.awaitDisconnect();
        } else {
            if (request.message().has("error")) {
                answers.add(request.message().path("id").asString() + ": "
                        + request.message().at("/error/message").asString());
            }
            reply.accepted();
        }
    }

    private static void ask(HttpReply stream, String id) throws Exception {
        stream.event("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"elicitation/create\",\"params\":"
                + "{\"message\":\"" + id + "\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}");
    }

    private McpSession opened(ScriptedHttpServer server, int concurrency) {
        return open(
                transport(server),
                options -> options.era(EraPolicy.LEGACY).handlers(handlers).maxConcurrentHandlers(concurrency));
    }

    private HttpReply stream(String tool) {
        eventually(() -> streams.containsKey(tool));
        return streams.get(tool);
    }

    @Test
    void questionEndsWithItsCallWhileOthersGoOn() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = opened(server, 8);
            Disposable other = session.callTool("other", null).onErrorComplete().subscribe();
            Disposable call = session.callTool("mine", null).onErrorComplete().subscribe();
            ask(stream("other"), "of other");
            ask(stream("mine"), "of mine");
            eventually(() -> started.size() == 2);
            call.dispose();
            eventually(() -> !answers.isEmpty());
            assertThat(cancelled).containsExactly("of mine");
            assertThat(answers).containsExactly("of mine: " + GIVEN_UP);
            other.dispose();
            eventually(() -> answers.size() == 2);
            assertThat(cancelled).containsExactly("of mine", "of other");
            closed(session, server);
        }
    }

    @Test
    void waitingQuestionsOfACallReachNoHandler() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = opened(server, 1);
            Disposable call = session.callTool("mine", null).onErrorComplete().subscribe();
            for (String id : List.of("1", "2", "3")) {
                ask(stream("mine"), id);
            }
            // the answer comes by the same stream, so the questions before it have been read
            stream("mine").event("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}");
            eventually(() -> server.requests().stream()
                    .anyMatch(
                            request -> request.message().path("id").asString("").equals("p")));
            call.dispose();
            eventually(() -> answers.size() == 3);
            assertThat(answers).containsExactlyInAnyOrder("1: " + GIVEN_UP, "2: " + GIVEN_UP, "3: " + GIVEN_UP);
            assertThat(started).containsExactly("1");
            assertThat(cancelled).containsExactly("1");
            closed(session, server);
        }
    }

    @Test
    void questionEndsWhenItsCallTimesOut() throws Exception {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = open(
                    transport(server),
                    options -> options.era(EraPolicy.LEGACY).handlers(handlers).timer(time));
            session.callTool("other", null, RequestOptions.within(Duration.ofHours(1)))
                    .onErrorComplete()
                    .subscribe();
            session.callTool("mine", null, RequestOptions.within(Duration.ofSeconds(3)))
                    .onErrorComplete()
                    .subscribe();
            ask(stream("mine"), "of mine");
            ask(stream("other"), "of other");
            eventually(() -> started.size() == 2);
            time.advanceTimeBy(Duration.ofSeconds(4));
            eventually(() -> !answers.isEmpty());
            assertThat(cancelled).containsExactly("of mine");
            closed(session, server);
        }
    }

    @Test
    void questionEndsWhenTheStreamOfItsCallBreaksOff() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = opened(server, 8);
            session.callTool("mine", null).onErrorComplete().subscribe();
            ask(stream("mine"), "of mine");
            eventually(() -> started.size() == 1);
            stream("mine").reset();
            eventually(() -> !answers.isEmpty());
            assertThat(cancelled).containsExactly("of mine");
            closed(session, server);
        }
    }

    /** A server may ask for something to go on with after its answer. */
    @Test
    void questionOutlivesTheAnswerOfItsCall() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = opened(server, 8);
            Mono<?> call = session.callTool("mine", null).cache();
            call.subscribe();
            ask(stream("mine"), "of mine");
            eventually(() -> started.size() == 1);
            stream("mine").event("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[]}}");
            call.block(LIMIT);
            assertThat(cancelled).isEmpty();
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void questionOfNoCallStaysWhileAnyCallIsUnderWay(boolean more) throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve)) {
            McpSession session = opened(server, 8);
            Disposable call = session.callTool("mine", null).onErrorComplete().subscribe();
            if (more) {
                session.callTool("other", null).onErrorComplete().subscribe();
                stream("other");
            }
            stream("mine");
            eventually(() -> own.containsKey("GET"));
            ask(own.get("GET"), "of nobody");
            eventually(() -> started.size() == 1);
            call.dispose();
            eventually(() -> server.count("notifications/cancelled") == 1);
            if (more) {
                assertThat(cancelled).isEmpty();
            } else {
                eventually(() -> !answers.isEmpty());
                assertThat(cancelled).containsExactly("of nobody");
            }
            closed(session, server);
        }
    }
}
