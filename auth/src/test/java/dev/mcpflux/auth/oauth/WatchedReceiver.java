package dev.mcpflux.auth.oauth;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A loopback listener that reports what happens to it. */
final class WatchedReceiver implements RedirectReceiver, RedirectReceiver.Listener {

    private final Listener actual = RedirectReceiver.loopback().listener();
    private final Sinks.One<URI> opened = Sinks.one();
    private final Sinks.Empty<Void> opening = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final boolean opens;

    private WatchedReceiver(boolean opens) {
        this.opens = opens;
    }

    static WatchedReceiver create() {
        return new WatchedReceiver(true);
    }

    /** One whose listener never gets open. */
    static WatchedReceiver stuck() {
        return new WatchedReceiver(false);
    }

    /** Completes when somebody waits for the listener to open. */
    Mono<Void> opening() {
        return opening.asMono();
    }

    /** The address to come back to, once it is open. */
    Mono<URI> opened() {
        return opened.asMono();
    }

    /** Completes when the listener has been closed. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    @Override
    public Listener listener() {
        return this;
    }

    @Override
    public Mono<URI> open(@Nullable URI preferred) {
        return (opens ? actual.open(preferred) : Mono.<URI>never())
                .doOnNext(opened::tryEmitValue)
                .doOnSubscribe(subscription -> opening.tryEmitEmpty());
    }

    @Override
    public Mono<URI> callback(String state) {
        return actual.callback(state);
    }

    @Override
    public Mono<Void> close() {
        return actual.close().doFinally(end -> closed.tryEmitEmpty());
    }
}
