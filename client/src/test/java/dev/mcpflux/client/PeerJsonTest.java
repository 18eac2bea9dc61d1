package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.TolerantReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages of a peer never create a record that violates its nullability. Generates messages of every kind, with
 * members that are missing, null, of other types and deeply nested.
 */
class PeerJsonTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<Class<?>> TYPES = List.of(
            InitializeResult.class,
            Discovery.DiscoverResult.class,
            ListToolsResult.class,
            Prompts.ListPromptsResult.class,
            Resources.ListResourcesResult.class,
            Resources.ListResourceTemplatesResult.class,
            Tasks.ListTasksResult.class,
            Tasks.Task.class,
            RoundResult.ToolCall.class,
            RoundResult.Prompt.class,
            RoundResult.Read.class,
            CallToolResult.class,
            Completions.CompleteResult.class,
            Subscriptions.ListenResult.class,
            EmptyResult.class,
            JsonRpcError.class,
            LogMessage.class,
            ProgressParams.class,
            CancelledParams.class,
            Subscriptions.ListChangedParams.class,
            Subscriptions.SubscriptionAcknowledgedParams.class,
            Resources.ResourceUpdatedParams.class,
            Elicitation.ElicitParams.class,
            Elicitation.ElicitationCompleteParams.class,
            Sampling.CreateMessageParams.class);

    private static final List<String> BLOCKS =
            List.of("text", "image", "audio", "resource_link", "resource", "tool_use", "tool_result", "new");

    static List<Class<?>> types() {
        return TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void recordsMatchTheirNullability(Class<?> type) {
        for (long seed = 1; seed <= 60; seed++) {
            check(type, seed);
        }
    }

    /** The seeds change every day; a failure names its seed. */
    @Test
    @Tag("heavy")
    void manyRecordsMatchTheirNullability() {
        long first = LocalDate.now(ZoneOffset.UTC).toEpochDay() * 2000;
        for (Class<?> type : TYPES) {
            for (long seed = first; seed < first + 2000; seed++) {
                check(type, seed);
            }
        }
    }

    @Test
    @Tag("nightly")
    void halfAMillionRecordsMatchTheirNullability() {
        for (Class<?> type : TYPES) {
            for (long seed = 1000; seed < 21_000; seed++) {
                check(type, seed);
            }
        }
    }

    private static void check(Class<?> type, long seed) {
        Random random = new Random(seed);
        JsonNode json = generate(type, random, 0);
        Object value;
        try {
            value = TolerantReader.bind(json, type, new DroppedParts());
        } catch (JacksonException | IllegalArgumentException e) {
            // nothing is usable, which is reported
            return;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", " + type + ": " + json, e);
        }
        try {
            complete(value);
            // a record that is written can be read again
            if (!type.getName().contains("Reply")) {
                assertThat((Object) TolerantReader.bind(
                                McpJson.mapper().readTree(McpJson.mapper().writeValueAsBytes(value)),
                                type,
                                new DroppedParts()))
                        .isNotNull();
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + type + ": " + json, e);
        }
    }

    /** Asserts that every non-null component is present, and that every method without parameters can be called. */
    private static void complete(@Nullable Object value) {
        if (value instanceof List<?> list) {
            list.forEach(one -> {
                assertThat(one).as("an element").isNotNull();
                complete(one);
            });
        }
        if (!(value instanceof Record) || !value.getClass().getName().startsWith("dev.mcpflux")) {
            return;
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object held = call(component.getAccessor(), value);
            if (held == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                fail(value.getClass() + "." + component.getName() + " is null");
            }
            complete(held);
        }
        for (Method method : value.getClass().getDeclaredMethods()) {
            if (method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(method.getModifiers())) {
                call(method, value);
            }
        }
    }

    private static @Nullable Object call(Method method, Object value) {
        try {
            method.setAccessible(true);
            return method.invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(method.toString(), e);
        }
    }

    // generates mostly valid values, so that invalid ones occur at any position

    private static JsonNode generate(Type type, Random random, int depth) {
        if (random.nextInt(12) == 0) {
            return odd(random, depth);
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                ObjectNode map = NODES.objectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.set("k" + i, generate(arguments[1], random, depth + 1));
                }
                return map;
            }
            ArrayNode list = NODES.arrayNode();
            for (int i = depth > 8 ? 0 : random.nextInt(4); i > 0; i--) {
                list.add(generate(arguments[0], random, depth + 1));
            }
            return list;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == Content.class) {
            String kind = BLOCKS.get(random.nextInt(BLOCKS.size()));
            Class<?> record = switch (kind) {
                case "text" -> Content.Text.class;
                case "image" -> Content.Image.class;
                case "audio" -> Content.Audio.class;
                case "resource_link" -> Content.ResourceLink.class;
                case "resource" -> Content.EmbeddedResource.class;
                case "tool_use" -> Content.ToolUse.class;
                default -> Content.ToolResult.class;
            };
            ObjectNode block = NODES.objectNode();
            if (random.nextBoolean()) {
                block.put("type", kind);
            }
            if (record(record, random, depth) instanceof ObjectNode members) {
                block.setAll(members);
            }
            return block.put("type", kind);
        }
        if (raw.isRecord()) {
            return record(raw, random, depth);
        }
        if (raw == String.class) {
            return NODES.stringNode("s" + random.nextInt(3));
        }
        if (raw == Boolean.class || raw == boolean.class) {
            return NODES.booleanNode(random.nextBoolean());
        }
        if (raw == Double.class || raw == double.class) {
            return NODES.numberNode(random.nextDouble());
        }
        return raw == JsonNode.class ? odd(random, depth) : NODES.numberNode(random.nextInt(100));
    }

    private static JsonNode record(Class<?> type, Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = property == null || property.value().isEmpty() ? component.getName() : property.value();
            if (!name.equals("others") && random.nextInt(4) != 0 && depth < 12) {
                object.set(name, generate(component.getGenericType(), random, depth + 1));
            }
        }
        if (random.nextInt(4) == 0) {
            object.set("unknown", odd(random, depth));
        }
        return object;
    }

    private static JsonNode odd(Random random, int depth) {
        return switch (random.nextInt(depth > 12 ? 8 : 12)) {
            case 0, 1 -> NODES.nullNode();
            case 2 -> NODES.stringNode("");
            case 3 -> NODES.numberNode(random.nextLong());
            case 4 -> McpJson.mapper().readTree("1e" + random.nextInt(100_000));
            case 5 -> NODES.booleanNode(random.nextBoolean());
            case 6 -> NODES.arrayNode();
            case 7 -> NODES.objectNode();
            case 8 -> NODES.arrayNode().add(odd(random, depth + 1)).add(odd(random, depth + 1));
            case 9 -> NODES.objectNode().set("properties", odd(random, depth + 1));
            case 10 -> NODES.objectNode().set("1", odd(random, depth + 1));
            default -> NODES.stringNode("12 kB");
        };
    }
}
