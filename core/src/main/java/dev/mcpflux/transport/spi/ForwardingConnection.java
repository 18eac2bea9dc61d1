package dev.mcpflux.transport.spi;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection that delegates everything to another one. A decorator extends it, overrides the methods that it changes,
 * and is installed with {@link Transport#with}.
 */
public class ForwardingConnection implements Connection {

    private final Connection delegate;

    /** Delegates everything to this connection. */
    public ForwardingConnection(Connection delegate) {
        this.delegate = delegate;
    }

    /** The decorated connection. */
    protected final Connection delegate() {
        return delegate;
    }

    @Override
    public Mono<Void> open() {
        return delegate.open();
    }

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return delegate.exchange(request);
    }

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        return delegate.notify(notification);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return delegate.reply(response);
    }

    @Override
    public Flux<Incoming> incoming() {
        return delegate.incoming();
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return delegate.events();
    }

    @Override
    public void tap(Supplier<? extends WireTap> taps) {
        delegate.tap(taps);
    }

    @Override
    public Mono<Termination> onTermination() {
        return delegate.onTermination();
    }

    @Override
    public boolean isTerminated() {
        return delegate.isTerminated();
    }

    @Override
    public Mono<Void> close() {
        return delegate.close();
    }

    @Override
    public Mono<String> closeNow() {
        return delegate.closeNow();
    }

    @Override
    public String mask(String text) {
        return delegate.mask(text);
    }

    @Override
    public Diagnostics diagnostics() {
        return delegate.diagnostics();
    }

    @Override
    public long mark() {
        return delegate.mark();
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        return delegate.diagnosticsSince(mark);
    }

    @Override
    public boolean holdsBack() {
        return delegate.holdsBack();
    }

    @Override
    public boolean mirrorsArgumentsInHeaders() {
        return delegate.mirrorsArgumentsInHeaders();
    }

    @Override
    public boolean hasSessionPerCaller() {
        return delegate.hasSessionPerCaller();
    }

    @Override
    public Flux<Boolean> holdSession() {
        return delegate.holdSession();
    }

    @Override
    public int pendingExchanges() {
        return delegate.pendingExchanges();
    }

    @Override
    public @Nullable Long pid() {
        return delegate.pid();
    }
}
