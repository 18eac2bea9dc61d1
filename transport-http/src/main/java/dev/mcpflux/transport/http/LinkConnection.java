package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.ExchangeFlux;
import dev.mcpflux.transport.spi.Incoming;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.WireTap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a connection has from its {@link HttpLink}, whichever transport of HTTP it speaks. */
abstract class LinkConnection implements Connection {

    final HttpLink link;
    private final BiConsumer<RequestSpec, CoreSubscriber<? super JsonRpcMessage>> start = this::start;

    LinkConnection(HttpLink link) {
        this.link = link;
    }

    /** Begins an exchange; the id is new. */
    abstract void start(RequestSpec request, CoreSubscriber<? super JsonRpcMessage> actual);

    /** How legacy sessions are begun at this server; null before the first one was. */
    abstract LegacySessions.@Nullable Handshake handshake();

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return new ExchangeFlux(link.name(), request, start);
    }

    @Override
    public boolean hasSessionPerCaller() {
        return handshake() != null;
    }

    @Override
    public Mono<Void> open() {
        return link.open();
    }

    @Override
    public Flux<Incoming> incoming() {
        return link.incoming();
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return link.events();
    }

    @Override
    public void tap(Supplier<? extends WireTap> taps) {
        link.tap(taps);
    }

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.concat(Mono.just(true), Mono.never());
    }

    @Override
    public @Nullable Long pid() {
        return null;
    }

    @Override
    public Mono<Termination> onTermination() {
        return link.onEnd();
    }

    @Override
    public boolean isTerminated() {
        return link.hasEnded();
    }

    @Override
    public Mono<Void> close() {
        return link.close();
    }

    @Override
    public Mono<String> closeNow() {
        return close().thenReturn("its connection to close");
    }

    @Override
    public String mask(String text) {
        return link.mask(text);
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }

    @Override
    public long mark() {
        return link.mark();
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        return link.since(mark);
    }
}
