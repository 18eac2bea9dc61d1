package dev.mcpflux.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** Plays the script of a {@link ScriptedPeer} on one connection. All state is guarded by this object. */
final class PeerScript {

    /** {@code $id} and {@code $token}, alone or with the name of a message. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$(id|token)(?::([\\w.-]+))?");

    private final String peer;
    private final InMemoryConnection connection;
    private final Deque<ScriptStep> steps = new ArrayDeque<>();
    private final List<String> expectations = new ArrayList<>();
    private final Map<String, String> standing = new HashMap<>();
    private final List<JsonNode> received = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, JsonNode> named = new HashMap<>();
    private @Nullable JsonNode last;
    private @Nullable String mismatch;
    private int met;
    private boolean delayed;
    private boolean playing;
    private boolean legacy;

    PeerScript(String peer) {
        this.peer = peer;
        this.connection = new InMemoryConnection(peer, this::receive);
    }

    InMemoryConnection connection() {
        return connection;
    }

    synchronized void add(ScriptStep step) {
        steps.add(step);
        if (step instanceof ScriptStep.Expect) {
            expectations.add(step.toString());
        }
    }

    /** Gives the message expected last a name. */
    synchronized void name(String name) {
        if (!(steps.peekLast() instanceof ScriptStep.Expect expected) || expected.name() != null) {
            throw new IllegalStateException("as(\"" + name + "\") has to follow an expect(...) at once");
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("two messages of the script have the name '" + name + "'");
        }
        steps.removeLast();
        steps.add(expected.as(name));
        expectations.set(expectations.size() - 1, expected.as(name).toString());
    }

    /** Fails for a name that no message of the script has so far. */
    synchronized void requireName(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    "no message of the script before this step has the name '" + name + "'; there are " + names);
        }
    }

    synchronized void always(String method, String result) {
        standing.putIfAbsent(method, result);
    }

    /** Refuses to discover, whenever that is asked for. */
    synchronized void legacy() {
        legacy = true;
    }

    synchronized List<JsonNode> received() {
        return List.copyOf(received);
    }

    private synchronized void receive(JsonNode message) {
        String label = label(message);
        if (legacy && label.equals("server/discover")) {
            emit(response(id(message), "error", "{\"code\":-32601,\"message\":\"Method not found\"}"));
            return;
        }
        received.add(message);
        String result = standing.get(label);
        if (result != null) {
            emit(response(id(message), "result", result));
            return;
        }
        ScriptStep.Expect next = steps.peek() instanceof ScriptStep.Expect expected ? expected : null;
        boolean fits = next != null && next.method().equals(label);
        String why = next != null && fits ? next.whyNot(message) : null;
        if (next == null || !fits || why != null) {
            mismatch = Mismatch.describe(peer, expectations, met, message, label, next, why);
            connection.lose("the script was not followed: " + mismatch);
            notifyAll();
            return;
        }
        met++;
        steps.poll();
        last = message;
        if (next.name() != null) {
            named.put(next.name(), message);
        }
        play();
    }

    private void play() {
        if (playing || delayed) {
            // a message of the client within a step: the step that is under way goes on afterwards
            return;
        }
        playing = true;
        try {
            while (!steps.isEmpty() && !(steps.peek() instanceof ScriptStep.Expect)) {
                ScriptStep step = steps.poll();
                if (step instanceof ScriptStep.Delay delay) {
                    delayed = true;
                    Schedulers.parallel().schedule(this::resume, delay.time().toMillis(), TimeUnit.MILLISECONDS);
                    return;
                }
                if (step instanceof ScriptStep.Act act) {
                    act.action().run();
                }
            }
        } finally {
            playing = false;
            notifyAll();
        }
    }

    private synchronized void resume() {
        delayed = false;
        play();
    }

    /**
     * Answers a request.
     *
     * @param name which request, null for the one expected last
     * @param member {@code result} or {@code error}
     */
    void answer(@Nullable String name, String member, String value) {
        emit(response(id(message(name)), member, value));
    }

    /** Sends a frame, with the placeholders filled in. */
    void send(String template) {
        Matcher matcher = PLACEHOLDER.matcher(template);
        emit(matcher.replaceAll(found -> {
            JsonNode message = message(found.group(2));
            return Matcher.quoteReplacement(found.group(1).equals("id") ? id(message) : token(message));
        }));
    }

    void emit(String frame) {
        connection.emit(frame.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable JsonNode message(@Nullable String name) {
        return name == null ? last : named.get(name);
    }

    synchronized void verify() {
        if (mismatch != null) {
            throw new AssertionError(mismatch);
        }
        if (steps.stream().anyMatch(ScriptStep.Expect.class::isInstance)) {
            throw new AssertionError(unfinished(""));
        }
    }

    synchronized void verify(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos();
                    mismatch == null && left > 0 && (delayed || playing || !steps.isEmpty());
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(unfinished(" when the thread was interrupted"), e);
        }
        verify();
        if (delayed || !steps.isEmpty()) {
            throw new AssertionError(unfinished(" when " + limit + " were over"));
        }
    }

    private String unfinished(String when) {
        List<String> expected = steps.stream()
                .filter(ScriptStep.Expect.class::isInstance)
                .map(ScriptStep::toString)
                .toList();
        String what = expected.isEmpty()
                ? "it has not sent everything yet"
                : "it still expects\n  " + String.join("\n  ", expected);
        return "peer '" + peer + "' stopped " + Mismatch.place(met, expectations.size()) + when + ": " + what
                + "\nafter it has received\n  "
                + received.stream().map(PeerScript::label).toList();
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

    static String label(JsonNode message) {
        return message.has("method") ? message.path("method").asString() : "response:" + message.path("id");
    }
}
