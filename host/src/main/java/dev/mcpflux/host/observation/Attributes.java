package dev.mcpflux.host.observation;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/** The attributes of OpenTelemetry's conventions for MCP and of what they refer to, and ours, which begin with {@code mcpflux}. */
final class Attributes {

    static final String METHOD = "mcp.method.name";
    static final String PROTOCOL_VERSION = "mcp.protocol.version";
    static final String RESOURCE_URI = "mcp.resource.uri";
    static final String TOOL = "gen_ai.tool.name";
    static final String PROMPT = "gen_ai.prompt.name";
    static final String OPERATION = "gen_ai.operation.name";
    static final String REQUEST_ID = "jsonrpc.request.id";
    static final String STATUS_CODE = "rpc.response.status_code";
    static final String ERROR_TYPE = "error.type";
    static final String TRANSPORT = "network.transport";
    static final String PROTOCOL = "network.protocol.name";
    static final String ADDRESS = "server.address";
    static final String PORT = "server.port";
    static final String SERVER = "mcpflux.server.name";
    static final String GENERATION = "mcpflux.server.generation";
    static final String OUTCOME = "mcpflux.outcome";

    private Attributes() {}

    /** An attribute that every meter of its name has, also where it does not apply. */
    static KeyValue of(String key, @Nullable String value) {
        return KeyValue.of(key, value == null || value.isEmpty() ? KeyValue.NONE_VALUE : value);
    }

    static KeyValues present(KeyValues all) {
        return KeyValues.of(all.stream()
                .filter(each -> !each.getValue().equals(KeyValue.NONE_VALUE))
                .toList());
    }

    /**
     * The {@code error.type} of a failure. "This attribute SHOULD be set to the string representation of the JSON-RPC error code,
     * if one is returned."
     */
    static @Nullable String errorType(@Nullable Throwable error) {
        if (error == null) {
            return null;
        }
        String code = statusCode(error);
        return code != null
                ? code
                : error instanceof McpTimeoutException
                        ? "timeout"
                        : error.getClass().getName();
    }

    /** The code of a JSON-RPC error; null if the failure is none. */
    static @Nullable String statusCode(@Nullable Throwable error) {
        return error instanceof McpPeerErrorException peer
                ? Integer.toString(peer.error().code())
                : null;
    }
}
