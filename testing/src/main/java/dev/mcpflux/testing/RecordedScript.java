package dev.mcpflux.testing;

import dev.mcpflux.internal.JsonDifference;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.wire.WireMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The turns of a recording, to be looked up by what the client sends. Immutable once it is made. */
final class RecordedScript {

    /** Their parameters describe the client, which may be another one than that of the recording. */
    private static final Set<String> BY_METHOD_ALONE = Set.of(Methods.INITIALIZE, Methods.DISCOVER, Methods.PING);

    private static final int MAX_DIFFERENCES = 100;
    private static final int MAX_SHOWN = 300;

    /** The turns of equal messages, in order. */
    record Group(JsonNode params, List<RecordedTurn> turns) {

        /** The turn for the message that comes after this many equal ones; the last one repeats. */
        RecordedTurn turn(int before) {
            return turns.get(Math.min(before, turns.size() - 1));
        }
    }

    private final Map<String, List<Group>> groups = new LinkedHashMap<>();

    RecordedScript(List<WireMessage> messages) {
        for (RecordedTurn turn : RecordedTurns.of(messages)) {
            List<Group> same = groups.computeIfAbsent(turn.method(), method -> new ArrayList<>());
            Group group = find(turn.method(), turn.params());
            if (group == null) {
                group = new Group(turn.params(), new ArrayList<>());
                same.add(group);
            }
            group.turns().add(turn);
        }
        // a request that was never answered, because the recording ended, does not spoil those that were
        groups.values().stream().flatMap(List::stream).map(Group::turns).forEach(turns -> {
            if (turns.stream().anyMatch(RecordedTurn::answered)) {
                turns.removeIf(turn -> !turn.answered());
            }
        });
    }

    @Nullable
    Group find(String method, JsonNode params) {
        return groups.getOrDefault(method, List.of()).stream()
                .filter(group -> BY_METHOD_ALONE.contains(method) || JsonDifference.none(group.params(), params))
                .findFirst()
                .orElse(null);
    }

    boolean has(String method) {
        return groups.containsKey(method);
    }

    /** Why there is no turn for a request, and which one is nearest. */
    String describeMissing(String method, JsonNode params) {
        List<Group> same = groups.get(method);
        if (same == null) {
            return "the recording has no " + method + "; it has " + String.join(", ", groups.keySet());
        }
        Group nearest = same.get(0);
        List<JsonDifference> differences = differences(nearest, params);
        for (Group group : same) {
            List<JsonDifference> found = differences(group, params);
            if (found.size() < differences.size()) {
                nearest = group;
                differences = found;
            }
        }
        return "the recording has no " + method + " with " + shown(params) + "; the nearest one has "
                + shown(nearest.params()) + ", which differs at "
                + differences.get(0).pointer()
                + (differences.size() == 1 ? "" : " and " + (differences.size() - 1) + " more");
    }

    private static List<JsonDifference> differences(Group group, JsonNode params) {
        return JsonDifference.between(group.params(), params, MAX_DIFFERENCES);
    }

    private static String shown(JsonNode params) {
        String text = params.toString();
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }
}
