package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Resources;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the messages of a server in memory. */
final class ServerMessages {

    static final String META = "_meta";
    static final String PREFIX = "io.modelcontextprotocol/";

    private ServerMessages() {}

    private static ObjectNode message() {
        return object().put("jsonrpc", "2.0");
    }

    static ObjectNode object() {
        return McpJson.mapper().createObjectNode();
    }

    static JsonNode tree(@Nullable Object value) {
        return value instanceof String text
                ? McpJson.mapper().readTree(JsonText.of(text))
                : McpJson.mapper().valueToTree(value);
    }

    static ObjectNode result(JsonNode id, JsonNode result) {
        ObjectNode message = message();
        message.set("id", id);
        message.set("result", result);
        return message;
    }

    static ObjectNode error(JsonNode id, JsonRpcError error) {
        ObjectNode message = message();
        message.set("id", id);
        message.set("error", tree(error));
        return message;
    }

    static ObjectNode notification(String method, @Nullable JsonNode params) {
        ObjectNode message = message().put("method", method);
        if (params != null) {
            message.set("params", params);
        }
        return message;
    }

    static ObjectNode request(long id, String method, @Nullable JsonNode params) {
        ObjectNode message = message().put("id", id).put("method", method);
        if (params != null) {
            message.set("params", params);
        }
        return message;
    }

    static Resources.ReadResourceResult contents(String uri, String text) {
        return new Resources.ReadResourceResult(
                List.of(new Content.ResourceContents(uri, "text/plain", text, null, null)), null, null, null);
    }

    /** The parameters with the id of the subscription that they are delivered for. */
    static ObjectNode subscribed(@Nullable JsonNode params, JsonNode subscription) {
        ObjectNode all = params instanceof ObjectNode given ? given.deepCopy() : object();
        all.putObject(META).set(PREFIX + "subscriptionId", subscription);
        return all;
    }

    /** A member of the {@code _meta} of a request with the prefix of the protocol, or a missing node. */
    static JsonNode meta(JsonNode request, String name) {
        return request.path("params").path(META).path(PREFIX + name);
    }

    /** Parameters without {@code _meta}; an empty object if there are none. */
    static JsonNode withoutMeta(JsonNode params) {
        if (!(params instanceof ObjectNode object)) {
            return params.isMissingNode() ? object() : params;
        }
        return object.has(META) ? object.deepCopy().without(META) : object;
    }

    /** The progress token of a request, or a missing node. */
    static JsonNode token(JsonNode request) {
        return request.path("params").path(META).path("progressToken");
    }

    /** The id of the subscription that parameters or a result belong to, or a missing node. */
    static JsonNode subscription(JsonNode content) {
        return content.path(META).path(PREFIX + "subscriptionId");
    }

    /** Sets the id of the subscription that parameters or a result belong to. */
    static void subscription(ObjectNode content, JsonNode id) {
        content.withObject(META).set(PREFIX + "subscriptionId", id);
    }
}
