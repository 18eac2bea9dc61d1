package dev.mcpflux.transport.http;

import io.netty.channel.EventLoop;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Closes the connection of a request that was cancelled. Reactor Netty does that as well, but not always where the
 * cancellation meets the head of the response: then the connection stayed open, and was in no pool.
 */
public final class CancelledRequest implements BiConsumer<HttpClientRequest, Connection> {

    /** Closes the connection that the request is sent by; after redirects, that of the last one. */
    private volatile @Nullable Runnable closing;

    private volatile boolean cancelled;

    private CancelledRequest() {}

    /**
     * Makes a request whose connection is closed when it is cancelled, at whatever moment.
     *
     * @param client makes it
     * @param request is given the client to make it with, at each subscription
     */
    public static <T> Flux<T> guarded(HttpClient client, Function<HttpClient, Flux<T>> request) {
        return Flux.defer(() -> {
            CancelledRequest guard = new CancelledRequest();
            return request.apply(client.doOnRequest(guard)).doOnCancel(guard::cancel);
        });
    }

    @Override
    public void accept(HttpClientRequest request, Connection connection) {
        EventLoop loop = connection.channel().eventLoop();
        // on its event loop: a connection that was returned to the pool by then no longer belongs to this request, and
        // stays open
        Runnable close = () -> loop.execute(connection::dispose);
        closing = close;
        if (cancelled) {
            close.run();
        }
    }

    private void cancel() {
        cancelled = true;
        Runnable close = closing;
        if (close != null) {
            close.run();
        }
    }
}
