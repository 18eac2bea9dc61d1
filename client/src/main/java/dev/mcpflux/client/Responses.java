package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.ServerResult;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Converts the messages of an exchange into a typed result. */
final class Responses {

    private Responses() {}

    /**
     * The result of one request, without related notifications. It ends with {@code single}, which waits until the
     * exchange has completed: an operator that cancels after the first element would notify the server to cancel a
     * request that it has just completed.
     */
    static <R> Mono<R> single(String server, Connection connection, RequestSpec request, Class<R> type) {
        return connection
                .exchange(request)
                .ofType(JsonRpcMessage.Response.class)
                .single()
                .flatMap(response -> {
                    McpException problem = problem(connection, server, request, response);
                    return problem != null
                            ? unhooked(problem)
                            : Mono.just(type.cast(((JsonRpcMessage.Success) response).result()));
                });
    }

    /**
     * Fails with an error on which later operators decide. Hooks of the application ({@code Hooks.onOperatorError}) may
     * replace errors that operators catch. That includes a {@code Mono.error} inside {@code flatMap} unless it is
     * hidden.
     */
    static <T> Mono<T> unhooked(Throwable e) {
        return Mono.<T>error(e).hide();
    }

    /** The error of an invalid response, or null. */
    static @Nullable McpException problem(
            Connection connection, String server, RequestSpec request, JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Failure failure) {
            return McpPeerErrorException.of(
                    server, request.method(), request.subject().routingName(), failure.error());
        }
        // a JSON null cannot be bound to a record
        if (response instanceof JsonRpcMessage.Success success
                && !request.resultType().isInstance(success.result())) {
            return new McpProtocolException(server, "the response to " + request.method() + " has no result");
        }
        // "A resultType of any value unrecognized by the client MUST be considered invalid." Only a Reply may have
        // another type than complete; its users check the type
        if (response instanceof JsonRpcMessage.Success success
                && success.result() instanceof ServerResult result
                && !(result instanceof RoundResult<?>)
                && !result.complete()) {
            return unknownType(connection, server, request.method(), result.resultType());
        }
        return null;
    }

    static McpProtocolException unknownType(
            Connection connection, String server, String method, @Nullable String resultType) {
        return new McpProtocolException(
                server,
                "the result of " + method + " has the type '" + connection.mask(String.valueOf(resultType))
                        + "', which is not allowed");
    }
}
