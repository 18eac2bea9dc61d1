package dev.mcpflux.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A request or notification of the client in a recording, and what the server sent because of it, in order. */
final class RecordedTurn {

    /** What happened in a turn. */
    sealed interface Step {

        /**
         * The server sent a notification or a request.
         *
         * @param repeated whether it belongs to the call, as progress does, and is sent each time that the turn is played.
         *     Others, such as changes of lists, are sent the first time only: the client may ask again because of them.
         */
        record Send(JsonNode message, boolean repeated) implements Step {}

        /** The client answered a request of the server. */
        record Await(String request) implements Step {}

        /** The server answered the request. */
        record Answer(JsonNode response) implements Step {}
    }

    private final String link;
    private final JsonNode message;
    private final JsonNode params;
    private final List<Step> steps = new ArrayList<>();
    private boolean answered;
    private @Nullable JsonNode refusal;

    RecordedTurn(String link, JsonNode message) {
        this.link = link;
        this.message = message;
        this.params = ServerMessages.withoutMeta(message.path("params"));
    }

    String link() {
        return link;
    }

    String method() {
        return message.path("method").asString();
    }

    /** The parameters without {@code _meta}. */
    JsonNode params() {
        return params;
    }

    /** The recorded id; null for a notification. */
    @Nullable
    JsonNode id() {
        return message.get("id");
    }

    /** The recorded progress token, or a missing node. */
    JsonNode token() {
        return ServerMessages.token(message);
    }

    void add(Step step) {
        steps.add(step);
        answered |= step instanceof Step.Answer;
    }

    /** An error without an id, which may be the answer. */
    void refusal(JsonNode error) {
        refusal = error;
    }

    /** There are no more messages. */
    void end() {
        if (!answered && refusal != null) {
            add(new Step.Answer(refusal));
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** Whether the recording has the answer. */
    boolean answered() {
        return answered;
    }
}
