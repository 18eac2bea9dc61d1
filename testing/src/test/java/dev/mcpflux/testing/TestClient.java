package dev.mcpflux.testing;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.PageParams;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.Transport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The least client of the legacy era, for tests of servers: the test kit knows no session. */
record TestClient(Connection connection) {

    /** Runs the body with a client that has shaken hands; the connection is closed at its end, and when it is cancelled. */
    static <T> Flux<T> use(Transport transport, Function<TestClient, ? extends Publisher<T>> body) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> new TestClient(transport.connection())),
                client -> client.connect().thenMany(Flux.defer(() -> body.apply(client))),
                client -> client.connection.close());
    }

    private Mono<Void> connect() {
        return connection
                .open()
                .then(Mono.defer(() -> answer(TransportProbe.initialize(), Object.class)))
                .then(Mono.defer(() -> connection.notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))));
    }

    private <T> Mono<T> answer(RequestSpec request, Class<T> type) {
        return connection.exchange(request).last().handle((message, sink) -> {
            if (message instanceof JsonRpcMessage.Failure failure) {
                sink.error(McpPeerErrorException.of("test", request.method(), null, failure.error()));
            } else if (message instanceof JsonRpcMessage.Success success && type.isInstance(success.result())) {
                sink.next(type.cast(success.result()));
            } else {
                sink.error(new McpProtocolException("test", "no result but " + message));
            }
        });
    }

    Mono<Void> ping() {
        return answer(RequestSpec.of(Methods.PING, RequestEffect.READS, null, EmptyResult.class), EmptyResult.class)
                .then();
    }

    Flux<Tool> listTools() {
        return answer(
                        RequestSpec.of(
                                Methods.TOOLS_LIST,
                                RequestEffect.READS,
                                new PageParams(null, null),
                                ListToolsResult.class),
                        ListToolsResult.class)
                .flatMapIterable(ListToolsResult::tools);
    }

    Mono<CallToolResult> callTool(String name, @Nullable Object arguments) {
        CallToolParams params = new CallToolParams(name, arguments, null);
        return answer(
                RequestSpec.of(Methods.TOOLS_CALL, RequestEffect.MAY_ACT, params, CallToolResult.class),
                CallToolResult.class);
    }

    /** The progress of a call, and then its result. */
    Flux<JsonRpcMessage> streamTool(String name) {
        return connection.exchange(RequestSpec.of(
                        Methods.TOOLS_CALL,
                        RequestEffect.MAY_ACT,
                        new CallToolParams(name, null, null),
                        CallToolResult.class)
                .withMeta((id, context) -> new RequestMeta(id)));
    }
}
