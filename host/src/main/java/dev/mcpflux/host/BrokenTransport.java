package dev.mcpflux.host;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Incoming;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.Transport;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stands for a server whose configuration is wrong: it fails to start, with what is wrong, and takes no other down. */
record BrokenTransport(String name, Supplier<McpException> problem) implements Transport, Connection {

    @Override
    public Connection connection() {
        return this;
    }

    @Override
    public Mono<Void> open() {
        return Mono.error(problem);
    }

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return Flux.error(problem);
    }

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        return Mono.error(problem);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return Mono.error(problem);
    }

    @Override
    public Flux<Incoming> incoming() {
        return Flux.empty();
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return Flux.empty();
    }

    @Override
    public Mono<Termination> onTermination() {
        return Mono.never();
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }
}
