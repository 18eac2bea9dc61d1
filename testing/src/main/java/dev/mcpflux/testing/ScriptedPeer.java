package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.Multiplexer;
import dev.mcpflux.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server in memory, written as a transcript: what it expects from the client, in order, and what it says in between.
 *
 * <pre>{@code
 * ScriptedPeer peer = ScriptedPeer.named("weather")
 *         .handshake()
 *         .expect("tools/call").notify("notifications/progress", "{…}").reply("{\"content\":[]}");
 * StepVerifier.create(McpSession.use(peer.transport(), SessionOptions.defaults(), s -> s.callTool("x", null)))
 *         .expectNextCount(1).verifyComplete();
 * peer.verify();
 * }</pre>
 *
 * <p>What stands after an {@code expect} happens when that message has come, on the thread that sent it: there is no
 * process, no thread and no waiting. A message that was not expected ends the connection, and {@link #verify()} says
 * what was expected and what came, line by line. One peer serves one connection.
 */
public final class ScriptedPeer {

    private final String name;
    private final Deque<Step> script = new ArrayDeque<>();
    private final List<String> expectations = new ArrayList<>();
    private final List<Standing> standing = new ArrayList<>();
    private final List<JsonNode> received = new ArrayList<>();
    private final InMemoryConnection connection;
    private @Nullable JsonNode current;
    private @Nullable String mismatch;
    private int met;
    private boolean delayed;
    private boolean running;
    private boolean legacy;

    private ScriptedPeer(String name) {
        this.name = name;
        this.connection = new InMemoryConnection(name, this::receive);
    }

    /** A peer without a script yet. */
    public static ScriptedPeer named(String name) {
        return new ScriptedPeer(name);
    }

    /** The way to this peer. */
    public Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(name, events -> ScriptedPeer.this.connection);
            }
        };
    }

    /**
     * Expects {@code initialize}, answers it as a server of the newest legacy revision with tools, and expects the rest. A
     * probe for the modern era before it is refused, as a legacy server does, and is not part of the transcript.
     */
    public ScriptedPeer handshake() {
        return handshake("2025-11-25", "{\"tools\":{\"listChanged\":true}}");
    }

    /** Expects {@code initialize}, answers with these, and expects {@code notifications/initialized}. */
    public ScriptedPeer handshake(String revision, String capabilities) {
        return legacy().expect("initialize")
                .reply("{\"protocolVersion\":\"" + revision + "\",\"capabilities\":" + capabilities
                        + ",\"serverInfo\":{\"name\":\"" + name + "\",\"version\":\"1\"}}")
                .expect("notifications/initialized");
    }

    /** Refuses a probe for the modern era, whenever it comes, without a place in the transcript. */
    public ScriptedPeer legacy() {
        legacy = true;
        return this;
    }

    /** Expects {@code server/discover} and answers it as a modern server with tools. */
    public ScriptedPeer discovery() {
        return discovery("{\"tools\":{}}");
    }

    /** Expects {@code server/discover} and answers it as a modern server with these capabilities. */
    public ScriptedPeer discovery(String capabilities) {
        return expect("server/discover")
                .reply("{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":"
                        + capabilities
                        + ",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                        + "{\"name\":\"" + name + "\",\"version\":\"1\"}}}");
    }

    /** Expects a message with this method next. */
    public ScriptedPeer expect(String method) {
        return add(new Expect(method, message -> null, null));
    }

    /**
     * Expects a message with this method, and with this in it, next.
     *
     * @param condition is given the whole message; what it throws counts as no, and is told
     */
    public ScriptedPeer expect(String method, Predicate<JsonNode> condition) {
        return add(new Expect(method, message -> condition.test(message) ? null : "the condition does not hold", null));
    }

    /**
     * Expects a message with this method next, and with parameters that this holds for.
     *
     * @param type what the parameters are bound to; parameters that do not fit are a mismatch
     * @param condition what it throws counts as no, and is told: it may be made of assertions
     */
    public <P> ScriptedPeer expect(String method, Class<P> type, Predicate<? super P> condition) {
        return add(new Expect(
                method,
                message -> {
                    @Nullable P params = McpJson.bind(message.path("params"), type);
                    return params != null && condition.test(params)
                            ? null
                            : "the condition does not hold for " + type.getSimpleName();
                },
                null));
    }

    /**
     * Expects a message with this method next, and with these parameters, no more and no less. A mismatch is told line by
     * line.
     *
     * @param params what is written as the expected JSON: a record, a map, a tree; a {@link String} is JSON already
     */
    public ScriptedPeer expectParams(String method, Object params) {
        // through text, so that numbers are of the kind that a parser makes of them
        JsonNode expected = McpJson.mapper().readTree(json(params));
        return add(new Expect(
                method,
                message -> message.path("params").equals(expected) ? null : "the parameters are others",
                expected));
    }

    /** Answers this method whenever it comes, without a place in the order of the script; the result is JSON. */
    public ScriptedPeer always(String method, String result) {
        standing.add(new Standing(method, result));
        return this;
    }

    /** Answers this method whenever it comes with a record, a map or a tree; see {@link #always(String, String)}. */
    public ScriptedPeer always(String method, Object result) {
        return always(method, json(result));
    }

    /** Answers the message expected last with a record, a map or a tree, as mcpflux writes it. */
    public ScriptedPeer reply(Object result) {
        return reply(json(result));
    }

    /** Answers the message expected last with a result, as JSON. */
    public ScriptedPeer reply(String result) {
        return add(new Act(() -> emit(response(id(current), "result", result))));
    }

    /** Answers the message expected last with an error, as JSON. */
    public ScriptedPeer replyError(String error) {
        return add(new Act(() -> emit(response(id(current), "error", error))));
    }

    /** Answers the message expected last with an error. */
    public ScriptedPeer replyError(int code, String message) {
        ObjectNode error = McpJson.mapper().createObjectNode();
        error.put("code", code).put("message", message);
        return add(new Act(() -> emit(response(id(current), "error", error.toString()))));
    }

    /**
     * Sends a notification; {@code $token} in the parameters stands for the progress token, {@code $id} for the id of the
     * message expected last.
     */
    public ScriptedPeer notify(String method, String params) {
        return add(new Act(() -> emit("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":"
                + params.replace("$token", token(current)).replace("$id", id(current)) + "}")));
    }

    /** Sends a request to the client; its answer is expected as {@code response:ID}. */
    public ScriptedPeer request(String id, String method, String params) {
        return add(new Act(() -> emit(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}")));
    }

    /** Expects the client's answer to {@link #request}. */
    public ScriptedPeer expectResponse(String id) {
        return expect("response:" + id);
    }

    /** Sends a frame as it stands; {@code $id} stands for the id of the message expected last. */
    public ScriptedPeer raw(String frame) {
        return add(new Act(() -> emit(frame.replace("$id", id(current)))));
    }

    /** Sends what is no message. */
    public ScriptedPeer garbage(String frame) {
        return add(new Act(() -> emit(frame)));
    }

    /** Waits; counted by {@link Schedulers#parallel()}, so by virtual time where a test has it. */
    public ScriptedPeer delay(Duration time) {
        return add(new Delay(time));
    }

    /** Ends the connection from this side. */
    public ScriptedPeer close() {
        return add(new Act(() -> connection.lose("the script closed it")));
    }

    private static String json(Object value) {
        return value instanceof String text ? text : McpJson.mapper().writeValueAsString(value);
    }

    private ScriptedPeer add(Step step) {
        synchronized (script) {
            script.add(step);
            if (step instanceof Expect) {
                expectations.add(step.toString());
            }
        }
        return this;
    }

    /** What the client has sent so far, in order. */
    public List<JsonNode> received() {
        synchronized (script) {
            return List.copyOf(received);
        }
    }

    /** The methods of what the client has sent so far; {@code response:ID} for a response. */
    public List<String> receivedMethods() {
        return received().stream().map(ScriptedPeer::label).toList();
    }

    /** Whether the client has closed the connection. */
    public boolean closed() {
        return connection.closed();
    }

    /**
     * Checks that the whole script was played.
     *
     * @throws AssertionError that says what was expected and what came
     */
    public void verify() {
        synchronized (script) {
            if (mismatch != null) {
                throw new AssertionError(mismatch);
            }
            if (script.stream().anyMatch(Expect.class::isInstance)) {
                throw new AssertionError("peer '" + name + "' was left at step " + (met + 1) + " of "
                        + expectations.size() + ": it still expects\n" + describe(script)
                        + "after it has received\n  " + describeReceived());
            }
        }
    }

    private void receive(JsonNode message) {
        synchronized (script) {
            String label = label(message);
            if (legacy && label.equals("server/discover")) {
                emit(response(id(message), "error", "{\"code\":-32601,\"message\":\"Method not found\"}"));
                return;
            }
            received.add(message);
            for (Standing rule : standing) {
                if (rule.method.equals(label)) {
                    emit(response(id(message), "result", rule.result));
                    return;
                }
            }
            Expect next = script.peek() instanceof Expect expected ? expected : null;
            boolean fits = next != null && next.method.equals(label);
            String why = next != null && fits ? next.refusal(message) : null;
            if (!fits || why != null) {
                mismatch = Mismatch.describe(
                        name, expectations, met, message, label, next == null ? null : next.params, why);
                connection.lose("the script was left: " + mismatch);
                return;
            }
            met++;
            script.poll();
            current = message;
            play();
        }
    }

    private void play() {
        if (running || delayed) {
            // an answer of the client within a step: the step that is under way goes on afterwards
            return;
        }
        running = true;
        try {
            while (!script.isEmpty() && !(script.peek() instanceof Expect)) {
                Step step = script.poll();
                if (step instanceof Delay delay) {
                    delayed = true;
                    Schedulers.parallel().schedule(this::resume, delay.time.toMillis(), TimeUnit.MILLISECONDS);
                    return;
                }
                if (step instanceof Act act) {
                    act.action.run();
                }
            }
        } finally {
            running = false;
        }
    }

    private void resume() {
        synchronized (script) {
            delayed = false;
            play();
        }
    }

    private void emit(String frame) {
        connection.emit(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static String response(String id, String member, String value) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"" + member + "\":" + value + "}";
    }

    private static String id(@Nullable JsonNode message) {
        return message == null ? "null" : message.path("id").toString();
    }

    private static String token(@Nullable JsonNode message) {
        return message == null
                ? "null"
                : message.path("params").path("_meta").path("progressToken").toString();
    }

    private static String label(JsonNode message) {
        return message.has("method") ? message.path("method").asString() : "response:" + message.path("id");
    }

    private static String describe(Iterable<? extends Step> steps) {
        StringBuilder text = new StringBuilder();
        steps.forEach(step -> text.append("  ").append(step).append('\n'));
        return text.toString();
    }

    private String describeReceived() {
        return received.stream().map(ScriptedPeer::label).toList().toString();
    }

    private sealed interface Step {}

    /**
     * @param refusal why a message with this method is not the expected one, or null
     * @param params what its parameters should be, where the script says so as a whole
     */
    private record Expect(
            String method,
            Function<JsonNode, @Nullable String> refusal,
            @Nullable JsonNode params) implements Step {

        @Nullable
        String refusal(JsonNode message) {
            try {
                return refusal.apply(message);
            } catch (RuntimeException | AssertionError e) {
                return "the condition failed with " + e;
            }
        }

        @Override
        public String toString() {
            return method;
        }
    }

    private record Act(Runnable action) implements Step {
        @Override
        public String toString() {
            return "(something to say)";
        }
    }

    private record Delay(Duration time) implements Step {}

    private record Standing(String method, String result) {}
}
