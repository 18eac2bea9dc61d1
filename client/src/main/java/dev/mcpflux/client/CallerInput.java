package dev.mcpflux.client;

import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Validates the arguments of operations before anything is sent. */
final class CallerInput {

    private CallerInput() {}

    /** A name, a URI or an id. Callers that are compiled without a null checker may pass null. */
    static <T> T required(String server, @Nullable T value, String what) {
        if (value == null) {
            throw new McpValidationException(server, what, List.of("it is null"), null);
        }
        return value;
    }

    /** Arguments of a prompt, or resolved arguments of a completion: a map of strings. */
    static Map<String, String> texts(String server, @Nullable Map<String, String> given, String what) {
        Map<String, String> texts = required(server, given, what);
        for (Map.Entry<?, ?> text : texts.entrySet()) {
            if (!(text.getKey() instanceof String name)) {
                throw new McpValidationException(
                        server, what, List.of("a name must be a string, found " + kind(text.getKey())), null);
            } else if (!(text.getValue() instanceof String)) {
                throw new McpValidationException(
                        server,
                        what,
                        List.of("/" + name + ": expected a string, found " + kind(text.getValue())),
                        null);
            }
        }
        return texts;
    }

    /**
     * The arguments of a tool, which have to be a JSON object. Maps, records and object nodes are written as they are.
     * Any other value is converted first, to check that it becomes an object.
     */
    static @Nullable Object arguments(String server, String tool, @Nullable Object given) {
        if (given == null
                || given instanceof Map<?, ?>
                || given instanceof Record
                || given instanceof ObjectNode
                || given instanceof RawValue) {
            return given;
        }
        if (given instanceof JsonNode || isNoObject(given)) {
            throw noObject(server, tool, kind(given));
        }
        JsonNode tree = tree(server, tool, given);
        if (!tree.isObject()) {
            throw noObject(server, tool, kind(given));
        }
        return tree;
    }

    /** The arguments as a tree. */
    static JsonNode tree(String server, String tool, @Nullable Object given) {
        if (given == null) {
            return McpJson.mapper().createObjectNode();
        }
        try {
            return McpJson.mapper().valueToTree(given);
        } catch (JacksonException | StackOverflowError | LinkageError | AssertionError e) {
            throw new McpValidationException(
                    server,
                    "the arguments of tool '" + tool + "'",
                    List.of(kind(given) + " cannot be written as JSON: "
                            + (e instanceof JacksonException known
                                    ? known.getOriginalMessage()
                                    : e instanceof StackOverflowError
                                            ? "it is nested too deep"
                                            : "a value threw " + e)),
                    null);
        }
    }

    private static boolean isNoObject(Object given) {
        return given instanceof CharSequence
                || given instanceof Number
                || given instanceof Boolean
                || given instanceof Character
                || given instanceof Enum<?>
                || given instanceof Iterable<?>
                || given instanceof Iterator<?>
                || given instanceof BaseStream<?, ?>
                || given instanceof Optional<?>
                || given instanceof Publisher<?>
                || given instanceof Future<?>
                || given instanceof CompletionStage<?>
                || given instanceof Supplier<?>
                || given instanceof Callable<?>
                || given.getClass().isArray();
    }

    private static McpValidationException noObject(String server, String tool, String found) {
        return new McpValidationException(
                server,
                "the arguments of tool '" + tool + "'",
                List.of("expected a JSON object (a map, a record, an object node or a bean), found " + found),
                null);
    }

    private static String kind(@Nullable Object given) {
        if (given == null) {
            return "null";
        }
        String name = given.getClass().getSimpleName();
        return given instanceof Publisher<?>
                ? "a publisher (" + name + "), which is never subscribed"
                : "a value of type " + (name.isEmpty() ? given.getClass().getName() : name);
    }
}
