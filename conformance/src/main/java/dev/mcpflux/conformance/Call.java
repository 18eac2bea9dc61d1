package dev.mcpflux.conformance;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call of a tool.
 *
 * @param text a text that its result must contain
 */
record Call(String tool, Object arguments, String text) {

    static Call call(String tool) {
        return call(tool, Map.of());
    }

    static Call call(String tool, Object arguments) {
        return new Call(tool, arguments, "");
    }

    /** The calls that the suite prescribes. */
    static List<Call> ofContext(@Nullable String context) {
        if (context == null) {
            throw new IllegalArgumentException("this scenario needs a context");
        }
        List<Call> calls = new ArrayList<>();
        for (JsonNode call : McpJson.mapper().readTree(context).required("toolCalls")) {
            calls.add(call(call.required("name").asString(), call.required("arguments")));
        }
        return calls;
    }

    Call expecting(String words) {
        return new Call(tool, arguments, words);
    }

    /** The result, if it is the expected one. */
    CallToolResult verify(CallToolResult result) {
        if (result.isError() || !result.text().contains(text)) {
            throw new IllegalStateException("expected of " + tool + " a success with '" + text + "', got "
                    + (result.isError() ? "an error with '" : "'") + result.text() + "'");
        }
        return result;
    }
}
