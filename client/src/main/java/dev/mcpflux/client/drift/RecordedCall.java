package dev.mcpflux.client.drift;

import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.wire.WireMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request of a recording with all its answers: equal requests are one call.
 *
 * @param params the parameters without {@code _meta}
 * @param answers the messages of the responses, at least one
 */
record RecordedCall(String method, JsonNode params, List<JsonNode> answers) {

    private record Key(String method, JsonNode params) {}

    /** The answered requests in the order in which they were first sent. */
    static List<RecordedCall> of(List<WireMessage> messages) {
        Map<Key, RecordedCall> calls = new LinkedHashMap<>();
        Map<String, RecordedCall> pending = new HashMap<>();
        for (WireMessage message : messages) {
            String method = message.method();
            String id = message.link() + " " + message.id();
            boolean sent = message.direction() == WireMessage.Direction.SENT;
            if (sent && method != null && message.isRequest()) {
                JsonNode params = withoutMeta(message.params());
                pending.put(
                        id,
                        calls.computeIfAbsent(
                                new Key(method, params), key -> new RecordedCall(method, params, new ArrayList<>())));
            } else if (sent && Methods.CANCELLED.equals(method)) {
                pending.remove(message.link() + " " + message.params().path("requestId"));
            } else if (!sent && message.isResponse()) {
                RecordedCall call = pending.remove(id);
                if (call != null) {
                    call.answers.add(message.message());
                }
            }
        }
        return calls.values().stream().filter(call -> !call.answers.isEmpty()).toList();
    }

    private static JsonNode withoutMeta(JsonNode params) {
        if (!(params instanceof ObjectNode object)) {
            return JsonNodeFactory.instance.objectNode();
        }
        return object.has("_meta") ? object.deepCopy().without("_meta") : object;
    }

    /** The results among the answers. */
    List<JsonNode> results() {
        return answers.stream()
                .filter(answer -> answer.has("result"))
                .map(answer -> answer.path("result"))
                .toList();
    }

    /** The last error among the answers; null if there is none. */
    @Nullable
    String error() {
        String last = null;
        for (JsonNode answer : answers) {
            if (answer.has("error")) {
                last = error(answer.path("error"));
            }
        }
        return last;
    }

    /** The error for a report. A result that no session would accept is one as well. */
    String errorText() {
        String error = error();
        return error == null ? "a result that cannot be used" : error;
    }

    /** An error of JSON-RPC as one line, in the words of {@link LiveCalls}. */
    static String error(JsonNode error) {
        return Shape.shortened(
                error.path("message").asString("") + " (" + error.path("code").asInt(0) + ")");
    }

    /** The value of a parameter that is a text; empty if it is none. */
    String text(String parameter) {
        return params.path(parameter).asString("");
    }

    Drift.Request request() {
        return new Drift.Request(method, Shape.shortened(params.toString()));
    }
}
