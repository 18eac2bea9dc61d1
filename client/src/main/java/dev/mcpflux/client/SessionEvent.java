package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Masker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Something a session tells that is no answer to a request. */
public sealed interface SessionEvent {

    /**
     * The same with every text masked that a person may be shown. What the application uses to ask again is left as it is: a
     * URI, the id and the result of a task, the id of an elicitation. A session emits nothing else.
     */
    SessionEvent masked(UnaryOperator<String> mask);

    /** Something on the connection. */
    record Link(ConnectionEvent event) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new Link(event.masked(mask));
        }
    }

    /** A log message of the server (specification: server/utilities/logging). */
    record ServerLog(LogMessage message) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new ServerLog(masked(message, mask));
        }

        static LogMessage masked(LogMessage message, UnaryOperator<String> mask) {
            Map<String, JsonNode> others = new LinkedHashMap<>();
            message.others().forEach((name, value) -> others.put(mask.apply(name), Masker.mask(value, mask)));
            return new LogMessage(
                    mask.apply(message.level()),
                    message.logger() == null ? null : mask.apply(message.logger()),
                    message.data() == null ? null : Masker.mask(message.data(), mask),
                    others);
        }
    }

    /**
     * A list of the server has changed; what was read of it is out of date.
     *
     * @param kind one of {@link ListKind#REPORTED}; {@link ListKind#RESOURCES} is also the list of templates
     */
    record ListChanged(ListKind kind) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * A list of the server was ended before its end, with what was read: it would never have ended, or it goes on beyond the
     * limits ({@link SessionOptions#lists()}).
     *
     * @param method the method that reads it
     * @param elements how many were read
     * @param reason why it was ended
     */
    record ListCut(String method, long elements, String reason) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new ListCut(method, elements, mask.apply(reason));
        }
    }

    /** A resource that is listened to is not what it was (specification: server/resources, subscriptions). */
    record ResourceUpdated(String uri) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** The server tells how a task is. */
    record TaskChanged(Tasks.Task task) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new TaskChanged(new Tasks.Task(
                    task.taskId(),
                    mask.apply(task.status()),
                    task.statusMessage() == null ? null : mask.apply(task.statusMessage()),
                    task.createdAt(),
                    task.lastUpdatedAt(),
                    task.ttlMs(),
                    task.pollIntervalMs(),
                    task.inputRequests(),
                    task.result(),
                    task.error() == null ? null : Masker.mask(task.error(), mask),
                    task.resultType(),
                    task.meta()));
        }
    }

    /** What a person was sent elsewhere for is done (2025-11-25: client/elicitation, URL mode). */
    record ElicitationComplete(String elicitationId) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** A notification that mcpflux itself does nothing with; its parameters as they were sent. */
    record Other(String method, @Nullable Object params) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new Other(mask.apply(method), params == null ? null : masked(params, mask));
        }

        /** Where there is something to mask in a record, it is given as JSON. */
        private static Object masked(Object params, UnaryOperator<String> mask) {
            JsonNode tree =
                    params instanceof JsonNode node ? node : McpJson.mapper().valueToTree(params);
            JsonNode safe = Masker.mask(tree, mask);
            return safe.equals(tree) ? params : safe;
        }
    }

    /**
     * So many events were dropped before this one, the oldest first, because the subscriber is slow.
     *
     * @param count how many the subscriber has missed since it was last told
     */
    record EventsDropped(long count) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }
}
