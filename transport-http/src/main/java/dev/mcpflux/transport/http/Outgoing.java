package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.RequestParams;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A message as it is sent: its bytes, and what of it stands in headers in the modern era (specification 2026-07-28:
 * basic/transports/streamable-http, request metadata headers).
 */
final class Outgoing {

    /** What most messages fit into. */
    private static final int USUAL = 512;

    private final ByteBuffer body;
    private final boolean modern;
    private final List<Map.Entry<String, String>> headers;

    private Outgoing(ByteBuffer body, boolean modern, List<Map.Entry<String, String>> headers) {
        this.body = body;
        this.modern = modern;
        this.headers = headers;
    }

    /**
     * Words a message.
     *
     * @param parameters what of the arguments of a tool stands in headers, null where that is not known
     * @throws McpProtocolException if it cannot be written as JSON
     * @throws McpValidationException if an argument that has to stand in a header cannot
     */
    static Outgoing of(String server, JsonRpcMessage message, @Nullable ParameterHeaders parameters) {
        OutgoingBuffer buffer = new OutgoingBuffer(USUAL);
        try {
            HttpConnection.CODEC.encode(message, buffer);
        } catch (JacksonException e) {
            throw new McpProtocolException(
                    server,
                    "the " + message + " cannot be written as JSON: " + e.getOriginalMessage(),
                    Diagnostics.NONE,
                    e);
        }
        ByteBuffer body = buffer.asByteBuffer();
        String revision = message instanceof JsonRpcMessage.Request request
                        && request.params() instanceof RequestParams params
                        && params.meta() != null
                ? params.meta().protocolVersion()
                : null;
        return revision == null
                ? new Outgoing(body, false, List.of())
                : new Outgoing(body, true, headers(server, (JsonRpcMessage.Request) message, revision, parameters));
    }

    private static List<Map.Entry<String, String>> headers(
            String server, JsonRpcMessage.Request request, String revision, @Nullable ParameterHeaders parameters) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("MCP-Protocol-Version", revision));
        headers.add(Map.entry("Mcp-Method", request.method()));
        String name = request.params() instanceof RequestParams params ? params.routingName() : null;
        if (name != null) {
            headers.add(Map.entry("Mcp-Name", HeaderValue.encode(name)));
        }
        if (parameters != null
                && request.method().equals(Methods.TOOLS_CALL)
                && request.params() instanceof CallToolParams call) {
            try {
                parameters.write(call.arguments(), (header, value) -> headers.add(Map.entry(header, value)));
            } catch (IllegalArgumentException e) {
                throw new McpValidationException(
                        server,
                        "the arguments of tool '" + call.name() + "'",
                        List.of(String.valueOf(e.getMessage())),
                        null);
            }
        }
        return headers;
    }

    /** Not a copy; who reads it takes a duplicate. */
    ByteBuffer body() {
        return body;
    }

    /** Whether it says its revision itself. */
    boolean modern() {
        return modern;
    }

    void write(HttpHeaders target) {
        headers.forEach(header -> target.set(header.getKey(), header.getValue()));
    }

    /** Names nothing of what it holds. */
    @Override
    public String toString() {
        return "Outgoing[" + body.remaining() + " bytes]";
    }
}
