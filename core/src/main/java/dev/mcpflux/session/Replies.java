package dev.mcpflux.session;

import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.RequestSpec;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Turns the messages of an exchange into a typed result. */
final class Replies {

    private Replies() {}

    /**
     * The result of one request; related notifications are passed over. Ends with {@code single}, which waits for the
     * end of the exchange: an operator that cancels once it has its element would tell the server to stop what it has
     * just finished.
     */
    static <R> Mono<R> single(String server, Connection connection, RequestSpec request, Class<R> type) {
        return connection
                .exchange(request)
                .<R>handle((message, sink) -> {
                    if (message instanceof JsonRpcMessage.Response response) {
                        accept(server, request, response, type, sink);
                    }
                })
                .single();
    }

    static <R> void accept(
            String server,
            RequestSpec request,
            JsonRpcMessage.Response response,
            Class<R> type,
            SynchronousSink<? super R> sink) {
        if (response instanceof JsonRpcMessage.Success success) {
            sink.next(type.cast(success.result()));
        } else if (response instanceof JsonRpcMessage.Failure failure) {
            sink.error(new PeerErrorException(server, request.method(), failure.error()));
        }
    }
}
