package dev.mcpflux.transport.http.headers;

import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.RequestParams;
import dev.mcpflux.protocol.RequestSubject;
import dev.mcpflux.transport.Caller;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request of the modern era, which repeat parts of its body (specification 2026-07-28:
 * basic/transports/streamable-http, request metadata headers).
 */
public final class ModernHeaders {

    private final List<Map.Entry<String, String>> headers = new ArrayList<>();

    private ModernHeaders() {}

    /** The revision that a request names; null in the legacy era, where the session has it. */
    public static @Nullable String revision(JsonRpcMessage.Request request) {
        return request.params() instanceof RequestParams params && params.meta() != null
                ? params.meta().protocolVersion()
                : null;
    }

    /**
     * The headers of a request.
     *
     * @param revision the revision that it names
     * @param subject what it is about
     * @param tools which arguments of tools are repeated in headers
     * @param caller on whose behalf it is made
     * @throws McpValidationException if an argument that has to be in a header cannot be
     */
    public static ModernHeaders of(
            String server,
            JsonRpcMessage.Request request,
            String revision,
            RequestSubject subject,
            ToolHeaders tools,
            Caller caller) {
        ModernHeaders made = new ModernHeaders();
        made.add("MCP-Protocol-Version", revision);
        made.add("Mcp-Method", request.method());
        String name = subject.routingName();
        if (name != null) {
            made.add("Mcp-Name", HeaderValue.encode(name));
        }
        ParameterHeaders parameters =
                subject instanceof RequestSubject.OfTool tool ? tools.of(caller, tool.name()) : null;
        if (parameters != null
                && request.method().equals(Methods.TOOLS_CALL)
                && request.params() instanceof CallToolParams call) {
            try {
                parameters.write(call.arguments(), made::add);
            } catch (IllegalArgumentException e) {
                throw new McpValidationException(
                        server,
                        "the arguments of tool '" + call.name() + "'",
                        List.of(String.valueOf(e.getMessage())),
                        null);
            }
        }
        return made;
    }

    private void add(String name, String value) {
        headers.add(Map.entry(name, value));
    }

    /** Sets them in a request. */
    public void write(HttpHeaders target) {
        headers.forEach(header -> target.set(header.getKey(), header.getValue()));
    }

    /** Names none of their values. */
    @Override
    public String toString() {
        return "ModernHeaders[" + headers.size() + "]";
    }
}
