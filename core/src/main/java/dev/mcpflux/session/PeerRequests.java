package dev.mcpflux.session;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import reactor.core.publisher.Mono;

/** Answers what a server asks of its client. What nothing answers is refused, so that the server does not wait. */
final class PeerRequests {

    /** Emits the response and never fails. */
    Mono<JsonRpcMessage.Response> answer(JsonRpcMessage.Request request) {
        if (request.method().equals(Methods.PING)) {
            // "The receiver MUST respond promptly with an empty response" (basic/utilities/ping)
            return Mono.just(new JsonRpcMessage.Success(request.id(), new EmptyResult()));
        }
        JsonRpcError error =
                new JsonRpcError(JsonRpcError.METHOD_NOT_FOUND, "this client does not offer " + request.method());
        return Mono.just(new JsonRpcMessage.Failure(request.id(), error));
    }
}
