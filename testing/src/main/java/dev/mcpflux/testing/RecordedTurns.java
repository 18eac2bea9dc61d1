package dev.mcpflux.testing;

import dev.mcpflux.protocol.Methods;
import dev.mcpflux.testing.RecordedTurn.Step;
import dev.mcpflux.transport.wire.WireMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the turns of one link of a recording. Progress belongs to the request with its token. Everything else that the
 * server sent belongs to the request that was sent last and not answered yet, or else to what came last before it.
 */
final class RecordedTurns {

    private final String link;
    private final List<RecordedTurn> all = new ArrayList<>();
    private final Map<JsonNode, RecordedTurn> pending = new LinkedHashMap<>();
    /** The turns within which requests of the server are not answered yet. */
    private final Map<JsonNode, RecordedTurn> asked = new HashMap<>();

    /** What the server sent before the client. */
    private final List<Step> opening = new ArrayList<>();

    private @Nullable RecordedTurn latest;
    private @Nullable RecordedTurn settled;

    private RecordedTurns(String link) {
        this.link = link;
    }

    /** The turns of all links, in the order of their first messages. */
    static List<RecordedTurn> of(List<WireMessage> messages) {
        Map<String, RecordedTurns> links = new LinkedHashMap<>();
        for (WireMessage message : messages) {
            links.computeIfAbsent(message.link(), RecordedTurns::new).add(message);
        }
        List<RecordedTurn> turns =
                links.values().stream().flatMap(each -> each.all.stream()).toList();
        turns.forEach(RecordedTurn::end);
        return turns;
    }

    private void add(WireMessage wire) {
        JsonNode message = wire.message();
        JsonNode id = wire.id();
        if (wire.direction() == WireMessage.Direction.SENT) {
            if (wire.method() != null) {
                called(wire);
            } else if (id != null) {
                answered(id);
            }
        } else if (wire.isResponse() && id != null) {
            RecordedTurn turn = pending.remove(id);
            if (turn != null) {
                turn.add(new Step.Answer(message));
                settled = turn;
            }
        } else if (wire.method() != null) {
            received(wire, message, id);
        } else if (id == null && message.has("error")) {
            refused(message);
        }
    }

    /** HTTP servers refuse a request without its id, in the response to its POST. It counts if no other answer comes. */
    private void refused(JsonNode error) {
        RecordedTurn turn = current();
        if (turn != null) {
            turn.refusal(error);
        }
    }

    private void called(WireMessage wire) {
        JsonNode message = wire.message();
        JsonNode id = wire.id();
        if (Methods.CANCELLED.equals(wire.method())) {
            pending.remove(wire.params().path("requestId"));
            return;
        }
        RecordedTurn turn = new RecordedTurn(link, message);
        opening.forEach(turn::add);
        opening.clear();
        all.add(turn);
        latest = turn;
        if (id == null) {
            settled = turn;
        } else {
            pending.put(id, turn);
        }
    }

    /** The client has answered a request of the server. */
    private void answered(JsonNode id) {
        RecordedTurn turn = asked.remove(id);
        if (turn != null && !turn.answered()) {
            turn.add(new Step.Await(id.toString()));
        }
    }

    private void received(WireMessage wire, JsonNode message, @Nullable JsonNode id) {
        boolean progress = Methods.PROGRESS.equals(wire.method());
        RecordedTurn turn = progress ? ofToken(wire.params().path("progressToken")) : owner(wire);
        Step.Send step = new Step.Send(message, progress || id != null);
        if (turn != null) {
            turn.add(step);
            if (id != null) {
                asked.put(id, turn);
            }
        } else if (!progress) {
            opening.add(step);
        }
    }

    private @Nullable RecordedTurn ofToken(JsonNode token) {
        return pending.values().stream()
                .filter(turn -> turn.token().equals(token))
                .findFirst()
                .orElse(null);
    }

    private @Nullable RecordedTurn owner(WireMessage wire) {
        RecordedTurn subscription = pending.get(ServerMessages.subscription(wire.params()));
        if (subscription != null && (Methods.ACKNOWLEDGED.equals(wire.method()) || subscription == latest)) {
            return subscription;
        }
        RecordedTurn current = current();
        return current == null ? settled : current;
    }

    /** The request that was sent last and is not answered yet, apart from subscriptions. */
    private @Nullable RecordedTurn current() {
        RecordedTurn current = null;
        for (RecordedTurn turn : pending.values()) {
            if (!turn.method().equals(Methods.LISTEN)) {
                current = turn;
            }
        }
        return current;
    }
}
