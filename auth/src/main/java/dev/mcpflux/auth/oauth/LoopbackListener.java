package dev.mcpflux.auth.oauth;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Listens on this machine for one login. Any program and any page on this machine can send requests to it, so only one
 * with the state of the login counts, and the page that it shows contains nothing of the request.
 */
final class LoopbackListener implements RedirectReceiver.Listener {

    private static final int MAX_LINE = 16 * 1024;

    private static final String BACK = page("You can close this window", "The login goes on in the application.");
    private static final String DENIED = page("The login was refused", "The application says more.");
    private static final String UNKNOWN = page("This is no login", "It belongs to none that goes on now.");

    private final String host;
    private final int port;
    private final String path;
    private final AtomicReference<@Nullable DisposableServer> server = new AtomicReference<>();
    private final Sinks.One<URI> callback = Sinks.one();
    private volatile @Nullable String expected;
    private volatile boolean closed;

    LoopbackListener(String host, int port, String path) {
        this.host = host;
        this.port = port;
        this.path = path;
    }

    private static String page(String title, String text) {
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>mcpflux</title>"
                + "<body style=\"font-family: sans-serif; margin: 4em\"><h1>" + title + "</h1><p>" + text
                + "</p></body></html>";
    }

    @Override
    public Mono<URI> open(@Nullable URI preferred) {
        int wanted = preferred == null || port != 0 ? port : Math.max(preferred.getPort(), 0);
        Mono<DisposableServer> bound = bind(wanted);
        if (wanted != port) {
            // somebody else has that port now: the client is registered anew, with another one
            bound = bound.onErrorResume(e -> bind(port));
        }
        return bound.flatMap(this::bound);
    }

    private Mono<DisposableServer> bind(int wanted) {
        return HttpServer.create()
                .host(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
                .port(wanted)
                .httpRequestDecoder(spec -> spec.maxInitialLineLength(MAX_LINE))
                .handle(this::handle)
                .bind()
                .map(DisposableServer.class::cast);
    }

    private Mono<URI> bound(DisposableServer now) {
        server.set(now);
        if (closed) {
            return close().then(Mono.empty());
        }
        return Mono.just(URI.create("http://" + host + ":" + now.port() + path));
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        List<String> states = query.parameters().getOrDefault("state", List.of());
        URI back = parsed(request.uri());
        boolean mine = back != null
                && query.path().equals(path)
                && states.size() == 1
                && states.get(0).equals(expected);
        String page = !mine ? UNKNOWN : query.parameters().containsKey("code") ? BACK : DENIED;
        return response.status(mine ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND)
                .header(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8")
                .header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .header(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")
                .header("Referrer-Policy", "no-referrer")
                .header(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .sendString(Mono.just(page))
                .then()
                .doFinally(end -> {
                    if (mine) {
                        // once the page is shown: after that this server goes away
                        callback.tryEmitValue(back);
                    }
                });
    }

    private @Nullable URI parsed(String pathAndQuery) {
        try {
            return URI.create("http://" + host + pathAndQuery);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public Mono<URI> callback(String state) {
        expected = state;
        return callback.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            DisposableServer now = server.getAndSet(null);
            if (now == null) {
                return Mono.empty();
            }
            now.dispose();
            return now.onDispose();
        });
    }
}
