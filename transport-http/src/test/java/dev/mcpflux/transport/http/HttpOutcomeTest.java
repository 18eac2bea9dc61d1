package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class HttpOutcomeTest {

    private static final RequestSpec CALL = RequestSpec.of(
            "tools/call", RequestEffect.MAY_ACT, new CallToolParams("x", null, null), CallToolResult.class);

    private static Connection open(HttpTransport.Builder transport) {
        Connection connection = transport.build().connection();
        connection.open().block(LIMIT);
        return connection;
    }

    private static McpException failureOf(Mono<JsonRpcMessage> call) {
        return catchThrowableOfType(McpException.class, () -> call.block(LIMIT));
    }

    @Test
    void refusedConnectionSendsNothing() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Connection connection = open(HttpTransport.builder("srv", "http://127.0.0.1:" + port + "/mcp"));
        assertThat(failureOf(connection.exchange(CALL).last()))
                .isInstanceOf(McpConnectionException.class)
                .returns(CallOutcome.NOT_SENT, McpException::outcome);
        connection.close().block(LIMIT);
    }

    @Test
    void brokenConnectionLeavesTheOutcomeUnknown() {
        HttpHandler breaks = (request, reply) -> reply.reset();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern(breaks))) {
            Connection connection = open(transport(server));
            assertThat(failureOf(connection.exchange(CALL).last()))
                    .isInstanceOf(McpConnectionException.class)
                    .returns(CallOutcome.UNKNOWN, McpException::outcome);
            connection.close().block(LIMIT);
        }
    }

    @Test
    void closeTellsWhatWasSentFromWhatWasNot() {
        HttpHandler silent = (request, reply) -> reply.awaitDisconnect();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(silent)) {
            Connection connection = open(transport(server));
            Mono<JsonRpcMessage> sent = connection.exchange(CALL).last().cache();
            sent.subscribe(message -> {}, e -> {});
            eventually(() -> server.requests().size() == 1);
            connection.close().block(LIMIT);
            assertThat(failureOf(sent))
                    .isInstanceOf(McpClosedException.class)
                    .returns(CallOutcome.UNKNOWN, McpException::outcome);
            assertThat(failureOf(connection.exchange(CALL).last()))
                    .isInstanceOf(McpClosedException.class)
                    .returns(CallOutcome.NOT_SENT, McpException::outcome);
        }
    }
}
