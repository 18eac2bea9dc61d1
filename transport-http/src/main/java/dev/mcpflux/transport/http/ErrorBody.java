package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The JSON-RPC error that a response with an error status may hold, whatever its media type says. */
final class ErrorBody {

    private ErrorBody() {}

    /** The error; null if there is none. Its id does not count: many servers refuse a request before they read its id. */
    static @Nullable JsonRpcError read(ResponseBody body) {
        if (body.length() == 0 || body.cut()) {
            return null;
        }
        try {
            JsonNode message = McpJson.mapper().readTree(body.bytes(), body.start(), body.length() - body.start());
            JsonNode error = message.path("error");
            return message.path("jsonrpc").asString("").equals("2.0")
                            && error.path("code").isInt()
                            && error.path("message").isString()
                    ? new JsonRpcError(
                            error.path("code").intValue(), error.path("message").stringValue(), error.get("data"))
                    : null;
        } catch (JacksonException e) {
            // a page, or plain text
            return null;
        }
    }
}
