package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * A server in memory, written as a transcript: what it expects from the client, in order, and what it sends in between.
 *
 * <pre>{@code
 * ScriptedPeer peer = ScriptedPeer.named("weather")
 *         .handshake()
 *         .expect("tools/call").as("lisbon")
 *         .expect("tools/call").as("porto")
 *         .reply("porto", "{'content':[]}")
 *         .reply("lisbon", "{'content':[]}");
 * …
 * peer.verify();
 * }</pre>
 *
 * <p>The steps after an {@code expect} run when that message has come, on the thread that sent it: there is no process, no
 * thread and no waiting. A message that was not expected ends the connection, and {@link #verify()} reports what was
 * expected and what came, line by line. One peer serves one connection.
 *
 * <p>JSON is a record, a map, a tree or a string. In a string without double quotes, single quotes stand for them.
 */
public final class ScriptedPeer {

    private final String name;
    private final PeerScript script;

    private ScriptedPeer(String name) {
        this.name = name;
        this.script = new PeerScript(name);
    }

    /** A peer without a script yet. */
    public static ScriptedPeer named(String name) {
        return new ScriptedPeer(name);
    }

    /** The transport to this peer, for one connection. */
    public Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(name, events -> script.connection());
            }
        };
    }

    // opening

    /**
     * Expects {@code initialize}, answers it as a server of the newest legacy revision with tools, and expects the
     * notification that follows. A probe for the modern era before it is refused, as a legacy server does, and is no part of
     * the transcript.
     */
    public ScriptedPeer handshake() {
        return handshake("2025-11-25", "{\"tools\":{\"listChanged\":true}}");
    }

    /** Expects {@code initialize}, answers with these, and expects {@code notifications/initialized}. */
    public ScriptedPeer handshake(String revision, String capabilities) {
        return legacy().expect("initialize")
                .reply("{\"protocolVersion\":\"" + revision + "\",\"capabilities\":" + JsonText.of(capabilities)
                        + ",\"serverInfo\":{\"name\":\"" + name + "\",\"version\":\"1\"}}")
                .expect("notifications/initialized");
    }

    /** Refuses a probe for the modern era, whenever it comes, without a place in the transcript. */
    public ScriptedPeer legacy() {
        script.legacy();
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
                        + JsonText.of(capabilities)
                        + ",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                        + "{\"name\":\"" + name + "\",\"version\":\"1\"}}}");
    }

    // what the client sends

    /** Expects a message with this method next. */
    public ScriptedPeer expect(String method) {
        return expect(method, message -> null, null);
    }

    /**
     * Expects a message with this method next, for which the condition holds.
     *
     * @param condition receives the whole message; it may be made of assertions, and what it throws is reported
     */
    public ScriptedPeer expect(String method, Predicate<JsonNode> condition) {
        return expect(method, message -> condition.test(message) ? null : "the condition does not hold", null);
    }

    /**
     * Expects a message with this method next, for whose parameters the condition holds.
     *
     * @param type what the parameters are bound to; parameters that do not fit are a mismatch
     * @param condition may be made of assertions, and what it throws is reported
     */
    public <P> ScriptedPeer expect(String method, Class<P> type, Predicate<? super P> condition) {
        return expect(
                method,
                message -> {
                    @Nullable P params = McpJson.bind(message.path("params"), type);
                    return params != null && condition.test(params)
                            ? null
                            : "the condition does not hold for " + type.getSimpleName();
                },
                null);
    }

    /** Expects a message with this method next, with exactly these parameters; {@link #verify()} shows a difference by lines. */
    public ScriptedPeer expectParams(String method, Object params) {
        // through text, so that numbers are of the kind that a parser makes of them
        JsonNode expected = McpJson.mapper().readTree(JsonText.of(params));
        return expect(
                method,
                message -> message.path("params").equals(expected) ? null : "the parameters are others",
                expected);
    }

    private ScriptedPeer expect(
            String method, Function<JsonNode, @Nullable String> refusal, @Nullable JsonNode params) {
        script.add(new ScriptStep.Expect(method, refusal, params, null));
        return this;
    }

    /** Expects the client's response to {@link #request}. */
    public ScriptedPeer expectResponse(String id) {
        return expect("response:" + id);
    }

    /**
     * Names the message expected last, so that it can be answered after later ones; follows an {@code expect} at once.
     *
     * @throws IllegalArgumentException if a message of this script has the name already
     */
    public ScriptedPeer as(String message) {
        script.name(message);
        return this;
    }

    // answers

    /** Answers the message expected last with a result. */
    public ScriptedPeer reply(Object result) {
        return answer(null, "result", JsonText.of(result));
    }

    /**
     * Answers the message with this name, see {@link #as}, with a result.
     *
     * @throws IllegalArgumentException if no message of the script so far has the name
     */
    public ScriptedPeer reply(String message, Object result) {
        return answer(message, "result", JsonText.of(result));
    }

    /** Answers the message expected last with an error object. */
    public ScriptedPeer replyError(String error) {
        return answer(null, "error", JsonText.of(error));
    }

    /** Answers the message expected last with an error. */
    public ScriptedPeer replyError(int code, String text) {
        return answer(null, "error", error(code, text));
    }

    /** Answers the message with this name, see {@link #as}, with an error. */
    public ScriptedPeer replyError(String message, int code, String text) {
        return answer(message, "error", error(code, text));
    }

    private static String error(int code, String text) {
        return JsonText.of(new JsonRpcError(code, text));
    }

    private ScriptedPeer answer(@Nullable String message, String member, String value) {
        if (message != null) {
            script.requireName(message);
        }
        String label = "(the " + member + (message == null ? ")" : " for '" + message + "')");
        return act(label, () -> script.answer(message, member, value));
    }

    /** Answers every message with this method that comes, without a place in the order of the script. */
    public ScriptedPeer always(String method, Object result) {
        script.always(method, JsonText.of(result));
        return this;
    }

    // what the server sends of itself

    /**
     * Sends a notification. In the parameters {@code $token} stands for the progress token and {@code $id} for the id of the
     * message expected last, {@code $token:NAME} and {@code $id:NAME} for those of the message with that {@linkplain #as
     * name}.
     */
    public ScriptedPeer notify(String method, Object params) {
        String frame = "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + JsonText.of(params) + "}";
        return act("(" + method + ")", () -> script.send(frame));
    }

    /** Sends a request to the client; its response is expected by {@link #expectResponse}. */
    public ScriptedPeer request(String id, String method, Object params) {
        String frame = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":"
                + JsonText.of(params) + "}";
        return act("(the request " + method + ")", () -> script.emit(frame));
    }

    /** Sends a frame as it stands, but for {@code $id} and {@code $token}, see {@link #notify}. */
    public ScriptedPeer raw(String frame) {
        return act("(a frame)", () -> script.send(frame));
    }

    /** Sends bytes that are no message. */
    public ScriptedPeer garbage(String frame) {
        return act("(garbage)", () -> script.emit(frame));
    }

    /** Waits; measured by {@link Schedulers#parallel()}, so by virtual time where a test has it. */
    public ScriptedPeer delay(Duration time) {
        script.add(new ScriptStep.Delay(time));
        return this;
    }

    /** Ends the connection, as a server that goes away. */
    public ScriptedPeer close() {
        return act("(the end of the connection)", () -> script.connection().lose("the script closed it"));
    }

    private ScriptedPeer act(String label, Runnable action) {
        script.add(new ScriptStep.Act(label, action));
        return this;
    }

    // what has happened

    /** What the client has sent so far, in order. */
    public List<JsonNode> received() {
        return script.received();
    }

    /** The methods of what the client has sent so far; {@code response:ID} for a response. */
    public List<String> receivedMethods() {
        return received().stream().map(PeerScript::label).toList();
    }

    /** Whether the client has closed the connection. */
    public boolean closed() {
        return script.connection().closed();
    }

    /**
     * Checks that everything expected has come; does not wait.
     *
     * @throws AssertionError that names what was expected and what came
     */
    public void verify() {
        script.verify();
    }

    /**
     * Waits until the whole script was played, for clients that send from other threads. Returns as soon as it was, and
     * fails at once for a message that was not expected.
     *
     * @param limit how long to wait, in real time
     * @throws AssertionError that names what was expected and what came, at the latest when the limit is over
     */
    public void verify(Duration limit) {
        script.verify(limit);
    }
}
