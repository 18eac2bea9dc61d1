package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.testing.RecordedTurn.Step;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Plays a recording on one connection. State is guarded by this object; frames are sent outside of its lock, in order. */
final class RecordedPlayback {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A turn that is being played for a message of the client. */
    private static final class Playing {
        private final RecordedTurn turn;
        private final JsonNode message;
        private final boolean first;
        private final Set<String> unanswered = new HashSet<>();
        private int next;

        Playing(RecordedTurn turn, JsonNode message, boolean first) {
            this.turn = turn;
            this.message = message;
            this.first = first;
        }
    }

    /** A request of the server, under the id that it has on this connection. */
    private record Asked(Playing playing, String recordedId) {}

    private final RecordedScript script;
    private final InMemoryConnection connection;
    private final Consumer<String> unmatched;

    // guarded by this
    private final IdentityHashMap<RecordedScript.Group, Integer> positions = new IdentityHashMap<>();
    private final IdentityHashMap<RecordedTurn, Boolean> played = new IdentityHashMap<>();
    private final Map<JsonNode, Playing> active = new HashMap<>();
    private final Map<String, Asked> asked = new HashMap<>();
    private final Map<String, JsonNode> subscriptions = new HashMap<>();
    private long serverIds;

    private final Queue<JsonNode> out = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();

    /**
     * A playback from the beginning.
     *
     * @param unmatched receives a description of each request that the recording does not have
     */
    RecordedPlayback(String name, RecordedScript script, Consumer<String> unmatched) {
        this.script = script;
        this.unmatched = unmatched;
        this.connection = new InMemoryConnection(name, this::receive);
    }

    InMemoryConnection connection() {
        return connection;
    }

    private void receive(JsonNode message) {
        synchronized (this) {
            handle(message);
        }
        // a client that answers from within a frame continues here later, on the thread that sends
        if (wip.getAndIncrement() == 0) {
            do {
                for (JsonNode frame = out.poll(); frame != null; frame = out.poll()) {
                    connection.emit(frame.toString().getBytes(StandardCharsets.UTF_8));
                }
            } while (wip.decrementAndGet() != 0);
        }
    }

    private void handle(JsonNode message) {
        String method = message.path("method").asString("");
        JsonNode id = message.get("id");
        if (method.isEmpty()) {
            Asked answered = asked.remove(String.valueOf(id));
            if (answered != null) {
                answered.playing.unanswered.remove(answered.recordedId);
                play(answered.playing);
            }
        } else if (method.equals(Methods.CANCELLED)) {
            Playing stopped = active.remove(message.path("params").path("requestId"));
            if (stopped != null) {
                stopped.next = stopped.turn.steps().size();
            }
        } else {
            start(message, method, ServerMessages.withoutMeta(message.path("params")), id);
        }
    }

    private void start(JsonNode message, String method, JsonNode params, @Nullable JsonNode id) {
        RecordedScript.Group group = script.find(method, params);
        if (group == null) {
            if (id != null) {
                out.add(missing(method, params, id));
            }
            return;
        }
        RecordedTurn turn = group.turn(positions.merge(group, 1, Integer::sum) - 1);
        Playing playing = new Playing(turn, message, played.put(turn, true) == null);
        if (id != null) {
            active.put(id, playing);
            if (method.equals(Methods.LISTEN)) {
                subscriptions.put(key(turn, turn.id()), id);
            }
        }
        play(playing);
    }

    private JsonNode missing(String method, JsonNode params, JsonNode id) {
        if (method.equals(Methods.PING)) {
            // "The receiver MUST respond promptly with an empty response" (2025-11-25: basic/utilities/ping)
            return ServerMessages.result(id, NODES.objectNode());
        }
        String problem = script.describeMissing(method, params);
        if (!method.equals(Methods.DISCOVER) && !method.equals(Methods.INITIALIZE)) {
            unmatched.accept(problem);
        }
        int code = script.has(method) ? JsonRpcError.INVALID_PARAMS : JsonRpcError.METHOD_NOT_FOUND;
        return ServerMessages.error(id, new JsonRpcError(code, problem));
    }

    /** Plays the steps up to a request of the server that the client has not answered yet. */
    private void play(Playing playing) {
        while (playing.next < playing.turn.steps().size()) {
            Step step = playing.turn.steps().get(playing.next);
            if (step instanceof Step.Await await && playing.unanswered.contains(await.request())) {
                return;
            }
            playing.next++;
            if (step instanceof Step.Send send && (send.repeated() || playing.first)) {
                send(playing, send.message());
            } else if (step instanceof Step.Answer answer) {
                answer(playing, answer.response());
            }
        }
    }

    private void answer(Playing playing, JsonNode response) {
        JsonNode id = playing.message.path("id");
        ObjectNode actual = (ObjectNode) response.deepCopy();
        actual.set("id", id);
        if (!ServerMessages.subscription(actual.path("result")).isMissingNode()) {
            ServerMessages.subscription((ObjectNode) actual.path("result"), id);
        }
        active.remove(id);
        out.add(actual);
    }

    /** Sends a notification or a request with the ids of this connection, unless it is about what does not exist here. */
    private void send(Playing playing, JsonNode recorded) {
        ObjectNode message = (ObjectNode) recorded.deepCopy();
        String method = message.path("method").asString("");
        JsonNode id = message.get("id");
        if (id != null) {
            long actual = ++serverIds;
            message.put("id", actual);
            asked.put(Long.toString(actual), new Asked(playing, id.toString()));
            playing.unanswered.add(id.toString());
        } else if (method.equals(Methods.PROGRESS)) {
            JsonNode token = ServerMessages.token(playing.message);
            if (token.isMissingNode()) {
                return;
            }
            ((ObjectNode) message.path("params")).set("progressToken", token);
        } else if (method.equals(Methods.CANCELLED)) {
            JsonNode listening =
                    subscriptions.get(key(playing.turn, message.path("params").get("requestId")));
            if (listening == null) {
                return;
            }
            ((ObjectNode) message.path("params")).set("requestId", listening);
        } else {
            JsonNode recordedId = ServerMessages.subscription(message.path("params"));
            if (!recordedId.isMissingNode()) {
                JsonNode listening = subscriptions.get(key(playing.turn, recordedId));
                if (listening == null) {
                    return;
                }
                ServerMessages.subscription((ObjectNode) message.path("params"), listening);
            }
        }
        out.add(message);
    }

    private static String key(RecordedTurn turn, @Nullable JsonNode id) {
        return turn.link() + " " + id;
    }
}
