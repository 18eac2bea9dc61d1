package dev.mcpflux.host.filter;

import dev.mcpflux.jsonrpc.McpJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values as trees, and trees as texts that do not depend on the order of members. */
final class CanonicalJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private CanonicalJson() {}

    /** The arguments as they are written; an empty object for none. A copy: what the caller changes later does not count. */
    static JsonNode tree(@Nullable Object arguments) {
        if (arguments == null) {
            return NODES.objectNode();
        }
        return arguments instanceof JsonNode tree
                ? tree.deepCopy()
                : McpJson.mapper().valueToTree(arguments);
    }

    /** The tree with the members of each object in the order of their names. */
    static JsonNode sorted(JsonNode tree) {
        if (tree.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            tree.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
            ObjectNode sorted = NODES.objectNode();
            members.forEach(sorted::set);
            return sorted;
        }
        if (tree.isArray()) {
            return NODES.arrayNode()
                    .addAll(tree.valueStream().map(CanonicalJson::sorted).toList());
        }
        return tree;
    }

    /** SHA-256 of the canonical text in UTF-8, in hexadecimal digits. */
    static String hash(JsonNode tree) {
        return HexFormat.of().formatHex(sha256(sorted(tree).toString().getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
