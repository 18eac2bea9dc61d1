package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Defines how JSON is used that does not fit its record: valid parts are used, an invalid part is left out alone, and
 * its neighbours stay. A message is first bound unchanged; only if that fails is its tree reduced here.
 *
 * <p>An empty list in place of an object is an empty object, and an object with numbers as keys in place of a list is a
 * list (PHP). One value in place of a list is a list of one. Numbers and booleans written as text, and texts written as
 * numbers, are converted. A block of content that does not fit its type is kept as {@link Content.Other}. Everything
 * else is left out: a member if its record can do without it, otherwise the whole element.
 */
public final class TolerantReader {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Members that records keep as they were sent, and that must be objects. */
    private static final Set<String> OBJECTS = Set.of(
            "_meta",
            "inputSchema",
            "outputSchema",
            "requestedSchema",
            "execution",
            "metadata",
            "input",
            "params",
            "logging",
            "completions",
            "tasks");

    /** The member for which a text may stand in place of the whole object. */
    private static final Map<Class<?>, String> SHORT_FORM = Map.of(
            Icon.class, "src",
            Implementation.class, "name",
            Prompts.PromptArgument.class, "name",
            JsonRpcError.class, "message");

    /** The members that name an element in a warning. */
    private static final List<String> NAMES = List.of("name", "uri", "uriTemplate", "taskId");

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private final DroppedParts dropped;
    private final StringBuilder pointer = new StringBuilder();
    private @Nullable String element;

    private TolerantReader(DroppedParts dropped) {
        this.dropped = dropped;
    }

    /**
     * Reduces a value to the parts that fit a type. The tree may be changed.
     *
     * @param dropped receives the parts that were left out
     * @return what fits, or null if nothing of it can be used
     */
    public static @Nullable JsonNode reduce(JsonNode value, Class<?> type, DroppedParts dropped) {
        return new TolerantReader(dropped).fit(value, type);
    }

    /**
     * Binds a value to a type, unchanged or reduced to the parts that fit.
     *
     * @param dropped receives the parts that were left out
     * @throws JacksonException if nothing of it can be used; its message may quote the value
     * @throws IllegalArgumentException if its kind is wrong altogether
     */
    public static <T> T bind(JsonNode value, Class<T> type, DroppedParts dropped) {
        try {
            T bound = McpJson.bind(value, type);
            if (bound != null) {
                return bound;
            }
        } catch (JacksonException e) {
            // reduce it to the parts that fit
        }
        JsonNode reduced = reduce(value.deepCopy(), type, dropped);
        T bound = reduced == null ? null : McpJson.bind(reduced, type);
        if (bound == null) {
            throw new IllegalArgumentException("it is " + Members.kind(value));
        }
        return bound;
    }

    private @Nullable JsonNode fit(JsonNode value, Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class ? map(value, arguments[1]) : list(value, arguments[0]);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == JsonNode.class || raw == Object.class) {
            return value;
        }
        if (raw == Content.class) {
            return content(value);
        }
        if (raw.isRecord()) {
            return object(value, raw);
        }
        JsonNode scalar = scalar(value, raw);
        if (scalar == null) {
            drop("expected " + name(raw) + ", found " + describe(value));
        }
        return scalar;
    }

    private void drop(String reason) {
        dropped.add(pointer, element, reason);
    }

    private static String name(Class<?> type) {
        if (type == String.class || type.isEnum()) {
            return "a text";
        }
        if (type == RequestId.class) {
            return "an id";
        }
        return type == Boolean.class || type == boolean.class ? "true or false" : "a number in its range";
    }

    private static String describe(JsonNode value) {
        String kind = Members.kind(value);
        if (!value.isString() && !value.isNumber()) {
            return kind;
        }
        String text =
                value.isString() ? value.stringValue() : value.numberValue().toString();
        return kind + " (" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + ")";
    }

    // values

    private static @Nullable JsonNode scalar(JsonNode value, Class<?> type) {
        if (value.isNull()) {
            return type.isPrimitive() ? null : value;
        }
        if (type == String.class) {
            return text(value);
        }
        if (type == Boolean.class || type == boolean.class) {
            return truth(value);
        }
        if (type == RequestId.class) {
            JsonNode whole = value.isString() ? value : number(value);
            return whole == null || whole.isString() || whole.isIntegralNumber() ? whole : null;
        }
        if (type.isEnum()) {
            return value.isString() ? value : null;
        }
        JsonNode number = number(value);
        if (number == null) {
            return null;
        }
        if (type == Double.class || type == double.class) {
            return Double.isFinite(number.asDouble(Double.NaN)) ? number : null;
        }
        boolean whole = (type == Long.class || type == long.class)
                ? number.isIntegralNumber() && number.canConvertToLong()
                : number.isIntegralNumber() && number.canConvertToInt();
        return whole ? number : null;
    }

    private static @Nullable JsonNode text(JsonNode value) {
        if (value.isString()) {
            return value;
        }
        if (value.isNumber() || value.isBoolean()) {
            return NODES.stringNode(value.asString());
        }
        if (!value.isArray() || value.isEmpty()) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        for (JsonNode line : value) {
            if (!line.isString()) {
                return null;
            }
            lines.append(lines.isEmpty() ? "" : "\n").append(line.stringValue());
        }
        return NODES.stringNode(lines.toString());
    }

    private static @Nullable JsonNode truth(JsonNode value) {
        if (value.isBoolean()) {
            return value;
        }
        if (value.isNumber()) {
            return NODES.booleanNode(value.decimalValue().signum() != 0);
        }
        return switch (value.isString() ? value.stringValue().strip().toLowerCase(Locale.ROOT) : "") {
            case "true", "yes", "1" -> NODES.booleanNode(true);
            case "false", "no", "0" -> NODES.booleanNode(false);
            default -> null;
        };
    }

    /** The number, also one written as text; an integer if it has no fraction. */
    private static @Nullable JsonNode number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value;
        }
        BigDecimal number;
        try {
            String text = value.isString() ? value.stringValue().strip() : "";
            number = value.isNumber()
                    ? value.decimalValue()
                    : text.isEmpty() || text.length() > 40 ? null : new BigDecimal(text);
        } catch (NumberFormatException | JacksonException e) {
            return null;
        }
        if (number == null) {
            return null;
        }
        // no member's type holds a larger one, and as an integer it could have millions of digits
        long magnitude = (long) number.precision() - number.scale();
        if (number.signum() != 0 && magnitude > 400) {
            return null;
        }
        boolean whole = number.signum() == 0
                || (magnitude > 0 && number.stripTrailingZeros().scale() <= 0);
        return whole ? NODES.numberNode(number.toBigInteger()) : NODES.numberNode(number);
    }

    // containers

    private @Nullable JsonNode list(JsonNode value, Type of) {
        if (value.isNull()) {
            return value;
        }
        ArrayNode fitting = NODES.arrayNode();
        if (value.isArray()) {
            int index = 0;
            for (JsonNode one : value) {
                add(fitting, Integer.toString(index++), one, of);
            }
        } else if (value.isObject() && keysAreNumbers(value)) {
            value.forEachEntry((key, one) -> add(fitting, key, one, of));
        } else {
            JsonNode only = of == Content.class || !value.isContainer() || value.isObject() ? fit(value, of) : null;
            if (only == null || only.isNull()) {
                return null;
            }
            fitting.add(only);
        }
        return fitting;
    }

    private void add(ArrayNode fitting, String key, JsonNode one, Type of) {
        int before = pointer.length();
        String outer = element;
        pointer.append('/').append(key);
        String own = elementName(one);
        element = own == null ? outer : own;
        if (one.isNull()) {
            drop("it is null");
        } else if (of == Prompts.PromptMessage.class
                && one instanceof ObjectNode message
                && message.path("content").isArray()) {
            // several blocks in a message that may have one
            for (JsonNode block : message.path("content")) {
                ObjectNode alone = NODES.objectNode().setAll(message);
                alone.set("content", block);
                JsonNode fits = fit(alone, of);
                if (fits != null) {
                    fitting.add(fits);
                }
            }
        } else {
            JsonNode fits = fit(one, of);
            if (fits != null) {
                fitting.add(fits);
            }
        }
        element = outer;
        pointer.setLength(before);
    }

    private static boolean keysAreNumbers(JsonNode value) {
        for (String key : value.propertyNames()) {
            if (key.isEmpty() || !key.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String elementName(JsonNode one) {
        for (String member : NAMES) {
            JsonNode name = one.get(member);
            if (name != null && name.isString()) {
                return name.stringValue();
            }
        }
        return null;
    }

    private @Nullable JsonNode map(JsonNode value, Type of) {
        if (value.isArray() && value.isEmpty()) {
            return NODES.objectNode();
        }
        if (value.isNull()) {
            return value;
        }
        if (!(value instanceof ObjectNode members)) {
            drop("expected an object, found " + describe(value));
            return null;
        }
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            int before = pointer.length();
            pointer.append('/').append(escape(member.getKey()));
            JsonNode fits = member.getValue().isNull() ? member.getValue() : fit(member.getValue(), of);
            member.setValue(fits == null ? NODES.nullNode() : fits);
            pointer.setLength(before);
        }
        return members;
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private @Nullable JsonNode content(JsonNode value) {
        if (value.isNull()) {
            drop("it is null");
            return null;
        }
        if (value.isArray()) {
            // a list in place of one block: the first valid one
            if (value.size() == 1) {
                return content(value.get(0));
            }
            drop("expected a block of content, found a list");
            return null;
        }
        if (!(value instanceof ObjectNode block)) {
            return NODES.objectNode().put("type", "text").put("text", value.asString());
        }
        JsonNode type = block.path("type");
        Class<? extends Content> known = type.isString() ? ContentReader.known(type.stringValue()) : null;
        if (known == null) {
            return block;
        }
        if (known == Content.Text.class && block.path("text").isContainer()) {
            // as text, which stays readable
            block.put("text", block.path("text").toString());
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        block.forEachEntry(members::put);
        if (object(block, known) != null) {
            return block;
        }
        members.remove("type");
        return NODES.pojoNode(new Content.Other(type.stringValue(), members));
    }

    private @Nullable JsonNode object(JsonNode value, Class<?> type) {
        Shape shape = SHAPES.computeIfAbsent(type, Shape::new);
        ObjectNode object = asObject(value, type, shape);
        if (object == null) {
            drop("expected an object, found " + describe(value));
            return null;
        }
        for (Member member : shape.members) {
            JsonNode sent = object.get(member.name);
            String name = member.name;
            for (String alias : member.aliases) {
                if (sent == null || sent.isNull()) {
                    JsonNode other = object.get(alias);
                    sent = other == null ? sent : other;
                    name = other == null ? name : alias;
                }
            }
            if (sent == null || sent.isNull()) {
                if (member.required) {
                    drop("it has no " + member.name);
                    return null;
                }
                continue;
            }
            int before = pointer.length();
            pointer.append('/').append(name);
            JsonNode fits = OBJECTS.contains(member.name) && member.type == JsonNode.class
                    ? shapedAsObject(sent)
                    : fit(sent, member.type);
            pointer.setLength(before);
            if (fits != null) {
                object.set(name, fits);
            } else if (name.equals("resultType") || (type == JsonRpcError.class && name.equals("message"))) {
                // "A resultType of any value unrecognized by the client MUST be considered invalid."; the error names
                // it
                object.put(name, sent.toString());
            } else if (member.required || type == Tasks.InputRequest.class) {
                // a question must not be changed before it is answered
                drop("it has no " + member.name + " that can be used");
                return null;
            } else {
                object.remove(name);
            }
        }
        return object;
    }

    private static @Nullable ObjectNode asObject(JsonNode value, Class<?> type, Shape shape) {
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (value.isArray() && value.isEmpty()) {
            return NODES.objectNode();
        }
        String member = value.isContainer() ? null : SHORT_FORM.get(type);
        if (member != null && (value.isString() || type == JsonRpcError.class)) {
            return NODES.objectNode().put(member, value.asString());
        }
        if (value.isBoolean() && value.booleanValue() && type.getDeclaringClass() == ServerCapabilities.class) {
            // an enabled capability
            return NODES.objectNode();
        }
        // a result that consists of its content only
        return shape.content && (value.isString() || value.isArray())
                ? NODES.objectNode().set("content", value)
                : null;
    }

    private @Nullable JsonNode shapedAsObject(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue() ? NODES.objectNode() : null;
        }
        try {
            return Members.object(value, "it");
        } catch (IllegalArgumentException e) {
            drop("expected an object, found " + describe(value));
            return null;
        }
    }

    /** A member of a record, as in JSON. */
    private static final class Member {
        private final String name;
        private final List<String> aliases;
        private final Type type;
        private final boolean required;

        Member(RecordComponent component) {
            JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
            JsonAlias alias = component.getAccessor().getAnnotation(JsonAlias.class);
            name = property == null || property.value().isEmpty() ? component.getName() : property.value();
            aliases = alias == null ? List.of() : List.of(alias.value());
            type = component.getGenericType();
            required = property != null && property.required();
        }
    }

    /** The members of a record. */
    private static final class Shape {
        private final List<Member> members = new ArrayList<>();
        /** Whether it is a result, or a message, with content. */
        private boolean content;

        Shape(Class<?> type) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (!component.getName().equals("others")) {
                    Member member = new Member(component);
                    members.add(member);
                    content |= member.name.equals("content") && !Content.class.isAssignableFrom(type);
                }
            }
        }
    }
}
