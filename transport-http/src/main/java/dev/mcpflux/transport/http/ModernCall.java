package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.http.headers.ModernHeaders;
import dev.mcpflux.transport.spi.RequestSpec;
import java.nio.ByteBuffer;
import reactor.core.CoreSubscriber;

/** A request of the modern era: it names its revision, and needs nothing else than itself. */
final class ModernCall extends HttpCall {

    private final ModernHeaders headers;

    ModernCall(
            HttpConnection connection,
            RequestId.OfLong id,
            RequestSpec spec,
            Caller caller,
            ByteBuffer body,
            ModernHeaders headers,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        super(connection, id, spec, caller, body, actual);
        this.headers = headers;
    }

    @Override
    void post() {
        post(headers::write);
    }

    @Override
    JsonRpcMessage.Success result(JsonRpcMessage.Success response) {
        return response.result() instanceof ListToolsResult page
                ? new JsonRpcMessage.Success(response.id(), connection.tools().read(caller(), page))
                : response;
    }
}
