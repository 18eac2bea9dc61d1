package dev.mcpflux.host.config.form;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the JSON Schema (draft-07, which every editor knows) of files in our own form from {@link ConfigKeys}. It is shipped as
 * {@code dev/mcpflux/host/config/mcp.schema.json}. What it refuses, the reader refuses or warns about, except for other
 * spellings of keys and words, which the reader takes. Keys that other clients have and that the reader understands in our form as
 * well are allowed, with any value.
 */
public final class ConfigSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A text that holds a variable, whatever it stands for. */
    private static final String VARIABLE = "\\$\\{[^}]+\\}";

    private static final String TIME = "^\\s*(([0-9]+(\\.[0-9]+)?\\s*[A-Za-z]*\\s*)+|[Pp][0-9TtDdHhMmSs.]+)$";

    private static final String SIZE = "^\\s*[0-9]+\\s*[KkMmGgTt]?([Ii]?[Bb])?\\s*$";

    private ConfigSchema() {}

    /** The schema. */
    public static ObjectNode schema() {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Servers of mcpflux");
        schema.put("description", "A file like mcp.json, in the form of mcpflux");
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("$schema").put("type", "string");
        ObjectNode servers = properties
                .putObject("mcpServers")
                .put("type", "object")
                .put("description", "the servers by their names");
        servers.putObject("propertyNames")
                .put("description", "no \"__\" within it, and no \"_\" at its end")
                .putObject("not")
                .put("pattern", "__|_$|^\\s*$");
        servers.set("additionalProperties", reference("server"));
        properties.set("inputs", inputs());
        schema.putArray("required").add("mcpServers");
        schema.put("additionalProperties", false);
        ObjectNode definitions = schema.putObject("definitions");
        ObjectNode server = definitions.putObject("server").put("type", "object");
        server.set("properties", properties());
        server.put("additionalProperties", false);
        ArrayNode needs = server.putArray("anyOf");
        for (String key : List.of("command", "url", "httpUrl", "serverUrl", "transport", "mcpflux")) {
            needs.addObject().putArray("required").add(key);
        }
        for (ConfigKey key : ConfigKeys.ALL) {
            definitions.set(key.name(), value(key, true));
        }
        return schema;
    }

    private static ObjectNode reference(String definition) {
        return NODES.objectNode().put("$ref", "#/definitions/" + definition);
    }

    private static ObjectNode properties() {
        ObjectNode properties = NODES.objectNode();
        ConfigKeys.ALL.forEach(key -> properties.set(key.name(), reference(key.name())));
        Map<String, ObjectNode> others = new TreeMap<>();
        for (ConfigKey key : ConfigKeys.ALL) {
            key.others().forEach(other -> others.put(other, reference(key.name())));
        }
        for (FormKey key : ConfigForms.MCPFLUX.keys()) {
            others.putIfAbsent(
                    key.key(),
                    NODES.objectNode().put("description", plain(key.meaning().text())));
        }
        others.put("transport", NODES.objectNode().put("description", "like type; or an object with more keys"));
        others.forEach((name, other) -> {
            if (!properties.has(name)) {
                properties.set(name, other);
            }
        });
        return properties;
    }

    /** Of the values of an entry, all but texts may be given by variables. */
    private static ObjectNode value(ConfigKey key, boolean variables) {
        ArrayNode kinds = NODES.arrayNode();
        switch (key.type()) {
            case TEXT -> kinds.add(type("string"));
            case SCALAR -> kinds.add(scalar());
            case TEXTS -> kinds.add(array(variables ? scalar() : type("string")));
            case PATTERNS -> kinds.add(patterns());
            case TEXT_OR_TEXTS -> kinds.add(type("string")).add(array(scalar()));
            case TEXT_MAP -> kinds.add(map(variables ? scalar() : type("string")));
            case FLAG -> flag(kinds, variables);
            case TIME -> time(kinds, variables);
            case TIME_MAP -> {
                ArrayNode each = NODES.arrayNode();
                time(each, false);
                kinds.add(map(either(each)));
            }
            case WHOLE -> kinds.add(type("integer").put("minimum", 0));
            case NUMBER -> kinds.add(type("number"));
            case SIZE -> kinds.add(type("integer").put("minimum", 0)).add(matching(SIZE));
            case WORD -> words(kinds, key, variables);
            case WORD_MAP -> kinds.add(map(words(key.words())));
            case OBJECT -> kinds.add(object(key));
            case WORD_OR_OBJECT -> {
                words(kinds, key, variables && key.name().equals("auth"));
                kinds.add(object(key));
            }
            case FLAG_OR_OBJECT -> kinds.add(type("boolean")).add(object(key));
            case PATTERNS_OR_OBJECT -> kinds.add(patterns()).add(object(key));
            case FLAG_OR_TEXTS -> kinds.add(type("boolean")).add(array(type("string")));
        }
        ObjectNode value = either(kinds);
        String usual = key.usual().isEmpty() ? "" : " (default: " + key.usual() + ")";
        value.put("description", plain(key.text() + usual));
        return value;
    }

    private static String plain(String text) {
        return text.replace("`", "");
    }

    private static ObjectNode either(ArrayNode kinds) {
        ObjectNode value = NODES.objectNode();
        if (kinds.size() == 1) {
            value.setAll((ObjectNode) kinds.get(0));
        } else {
            value.set("anyOf", kinds);
        }
        return value;
    }

    private static ObjectNode type(String type) {
        return NODES.objectNode().put("type", type);
    }

    private static ObjectNode matching(String pattern) {
        return type("string").put("pattern", pattern);
    }

    private static ObjectNode scalar() {
        ObjectNode scalar = NODES.objectNode();
        scalar.putArray("type").add("string").add("number").add("boolean");
        return scalar;
    }

    private static ObjectNode array(ObjectNode item) {
        ObjectNode array = type("array");
        array.set("items", item);
        return array;
    }

    private static ObjectNode patterns() {
        return array(type("string").put("minLength", 1)).put("minItems", 1);
    }

    private static ObjectNode map(ObjectNode value) {
        ObjectNode map = type("object");
        map.set("additionalProperties", value);
        return map;
    }

    private static void flag(ArrayNode kinds, boolean variables) {
        kinds.add(type("boolean"));
        if (variables) {
            kinds.add(matching("^(true|false)$|" + VARIABLE));
        }
    }

    private static void time(ArrayNode kinds, boolean variables) {
        kinds.add(type("number").put("exclusiveMinimum", 0)).add(matching(variables ? TIME + "|" + VARIABLE : TIME));
    }

    private static void words(ArrayNode kinds, ConfigKey key, boolean variables) {
        kinds.add(words(key.words()));
        if (variables) {
            kinds.add(matching(VARIABLE));
        }
    }

    private static ObjectNode words(List<String> words) {
        ObjectNode node = NODES.objectNode();
        words.forEach(node.putArray("enum")::add);
        return node;
    }

    private static ObjectNode object(ConfigKey key) {
        ObjectNode object = type("object");
        if (key.name().equals("mcpflux")) {
            object.set("properties", properties());
        } else {
            ObjectNode members = object.putObject("properties");
            for (ConfigKey member : key.members()) {
                ObjectNode value = value(member, false);
                members.set(member.name(), value);
                member.others().forEach(other -> members.set(other, value.deepCopy()));
            }
            if (key.name().equals("oauth")) {
                members.set("enabled", type("boolean"));
            }
        }
        return object.put("additionalProperties", false);
    }

    private static ObjectNode inputs() {
        ObjectNode inputs = NODES.objectNode();
        inputs.put("description", "values that the user is asked for when a server needs them: ${input:id}");
        ArrayNode kinds = inputs.putArray("anyOf");
        ObjectNode listed = input();
        listed.withObject("/properties").set("id", type("string").put("minLength", 1));
        listed.putArray("required").add("id");
        kinds.add(array(listed)).add(map(input()));
        return inputs;
    }

    private static ObjectNode input() {
        ObjectNode input = type("object");
        ObjectNode properties = input.putObject("properties");
        properties.set("type", words(List.of("promptString", "pickString", "command")));
        properties.set("description", type("string").put("description", "the question"));
        properties.set("default", type("string").put("description", "the answer of who gives none"));
        properties.set("password", type("boolean").put("description", "whether the answer is hidden and kept secret"));
        ArrayNode options = NODES.arrayNode();
        ObjectNode labelled = type("object");
        labelled.putObject("properties").set("value", type("string"));
        options.add(type("string")).add(labelled);
        properties.set("options", array(either(options)));
        properties.set("command", either(NODES.arrayNode().add(type("string")).add(array(type("string")))));
        properties.set("args", array(type("string")));
        return input;
    }
}
