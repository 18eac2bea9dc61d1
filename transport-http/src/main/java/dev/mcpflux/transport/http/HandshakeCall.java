package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestSpec;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.netty.http.client.HttpClientResponse;

/** A request outside any session: {@code initialize}, which begins one, and what is sent before the first one. */
final class HandshakeCall extends HttpCall {

    /** The id of the session that the server has begun, until the response to {@code initialize} is there. */
    private final AtomicReference<@Nullable String> unused = new AtomicReference<>();

    HandshakeCall(
            HttpConnection connection,
            RequestId.OfLong id,
            RequestSpec spec,
            Caller caller,
            ByteBuffer body,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        super(connection, id, spec, caller, body, actual);
    }

    @Override
    void post() {
        post(LegacySession.NONE::write);
    }

    @Override
    void accepted(HttpClientResponse head) {
        if (exchange().method().equals(Methods.INITIALIZE)) {
            unused.set(head.responseHeaders().get("Mcp-Session-Id"));
        }
    }

    @Override
    boolean respond(JsonRpcMessage.Response response) {
        if (!(response instanceof JsonRpcMessage.Success success)
                || !(success.result() instanceof InitializeResult result)) {
            return super.respond(response);
        }
        String id = unused.getAndSet(null);
        if (!forget()) {
            end(id);
            return false;
        }
        connection.begun(id, result, exchange().spec(), caller());
        exchange().respond(response);
        return true;
    }

    @Override
    void forgotten() {
        end(unused.getAndSet(null));
    }

    /** The server has begun a session, and nobody is left to use it. */
    private void end(@Nullable String id) {
        if (LegacySession.usable(id)) {
            connection.deletion().deleteUnused(new LegacySession(id, ""), caller());
        }
    }
}
