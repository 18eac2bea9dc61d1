package dev.mcpflux.client;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A notification of the server, or an event of the connection, that is not part of a response. */
public sealed interface SessionEvent {

    /**
     * A copy with the secrets masked in every text that is shown to people. Values that the application sends back to
     * the server stay unchanged: a URI, the id and the result of a task, the id of an elicitation. A session emits
     * masked events only.
     */
    SessionEvent masked(UnaryOperator<String> mask);

    /** An event of the connection. */
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
     * A list of the server has changed, so elements that were read earlier are out of date.
     *
     * @param kind one of {@link ListKind#REPORTED}; {@link ListKind#RESOURCES} includes the resource templates
     */
    record ListChanged(ListKind kind) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * A list was cut short, because it was endless or exceeded the limits ({@link SessionOptions#lists()}).
     *
     * @param method the method that reads the list
     * @param elements the number of elements read
     * @param reason why it was cut short
     */
    record ListCut(String method, long elements, String reason) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new ListCut(method, elements, mask.apply(reason));
        }
    }

    /** A subscribed resource has changed (specification: server/resources, subscriptions). */
    record ResourceUpdated(String uri) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** The state of a task has changed. */
    record TaskChanged(Tasks.Task task) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new TaskChanged(new Tasks.Task(
                    task.taskId(),
                    mask.apply(task.statusText()),
                    task.statusMessage() == null ? null : mask.apply(task.statusMessage()),
                    task.createdAt(),
                    task.lastUpdatedAt(),
                    task.ttlMs(),
                    task.pollIntervalMs(),
                    task.inputRequests(),
                    task.result(),
                    task.error() == null ? null : Masker.mask(task.error(), mask),
                    task.resultType(),
                    task.meta(),
                    Map.of()));
        }
    }

    /** An elicitation in URL mode is complete (2025-11-25: client/elicitation, URL mode). */
    record ElicitationComplete(String elicitationId) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** A notification that mcpflux does not handle, with its parameters as they were sent. */
    record Other(String method, @Nullable Object params) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return new Other(mask.apply(method), params == null ? null : masked(params, mask));
        }

        /** If a record contains a secret, it is replaced by its masked JSON. */
        private static Object masked(Object params, UnaryOperator<String> mask) {
            JsonNode tree =
                    params instanceof JsonNode node ? node : McpJson.mapper().valueToTree(params);
            JsonNode safe = Masker.mask(tree, mask);
            return safe.equals(tree) ? params : safe;
        }
    }

    /**
     * The subscriber is too slow, so events before this one were dropped, the oldest first.
     *
     * @param count the number of events dropped since the last report to this subscriber
     */
    record EventsDropped(long count) implements SessionEvent {
        @Override
        public SessionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }
}
