package dev.mcpflux.transport.http;

import dev.mcpflux.session.CallContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.HttpResponseDecoderSpec;
import reactor.netty.resources.ConnectionProvider;
import reactor.util.context.ContextView;

/** Makes requests of HTTP to one server: what all of them have in common. */
final class HttpRequests {

    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";
    static final String EITHER = JSON + ", " + EVENTS;

    private static final String AGENT = "mcpflux/" + version();

    private static final int REDIRECTS = 5;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;

    private final HttpRecipe recipe;
    private final HttpClient client;
    private final Callers callers;

    /**
     * Requests to the server of a recipe.
     *
     * @param connections for those that are made on nobody's behalf
     */
    HttpRequests(HttpRecipe recipe, ConnectionProvider connections) {
        this.recipe = recipe;
        this.client = client(connections);
        this.callers = new Callers(recipe.options(), recipe.timer(), this::client);
    }

    private HttpClient client(ConnectionProvider connections) {
        HttpClient base = HttpClient.create(connections)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, recipe.options().connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .compress(true);
        if (recipe.secure()) {
            // the newer one where the server has it, too (ALPN)
            base = base.protocol(HttpProtocol.HTTP11, HttpProtocol.H2);
        }
        // a request that may have been carried out is never sent again behind our back
        HttpClient customized =
                recipe.customizer().apply(base).disableRetry(true).followRedirect(this::mayFollow);
        HttpResponseDecoderSpec spec = customized.configuration().decoder();
        return customized.doOnRequest((request, connection) -> ResponseCodec.install(connection, spec));
    }

    /** Closes the connections that were made on somebody's behalf; completes when that is done. */
    Mono<Void> close() {
        return callers.close();
    }

    /**
     * A POST.
     *
     * @param headers is given the headers to add to
     * @param sent run when the request begins to be written: from here on it may reach the server
     * @param answer takes the answer
     */
    <T> Flux<T> post(
            URI url,
            ContextView context,
            Consumer<HttpHeaders> headers,
            ByteBuffer body,
            Runnable sent,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.POST,
                context,
                EITHER,
                h -> {
                    headers.accept(h);
                    h.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
                    h.set(HttpHeaderNames.CONTENT_LENGTH, body.remaining());
                },
                posting -> posting.doOnRequest((request, connection) -> sent.run())
                        .post()
                        .uri(url)
                        .send((request, out) -> out.send(Mono.fromSupplier(() -> body(body))))
                        .response(answer));
    }

    /** Read by its own position: it may be sent again. */
    private static ByteBuf body(ByteBuffer bytes) {
        return Unpooled.wrappedBuffer(bytes.duplicate());
    }

    <T> Flux<T> get(
            URI url,
            ContextView context,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.GET,
                context,
                EVENTS,
                headers,
                getting -> getting.get().uri(url).response(answer));
    }

    <T> Flux<T> delete(
            URI url,
            ContextView context,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.DELETE,
                context,
                EITHER,
                headers,
                deleting -> deleting.delete().uri(url).response(answer));
    }

    private <T> Flux<T> request(
            HttpMethod method,
            ContextView context,
            String accept,
            Consumer<HttpHeaders> headers,
            Function<HttpClient, Flux<T>> request) {
        Map<String, String> ofCaller;
        try {
            ofCaller = ofCaller(context);
        } catch (IllegalArgumentException e) {
            return Flux.error(e);
        }
        Function<HttpClient, Flux<T>> made = with -> request.apply(with.headers(h -> {
            h.set(HttpHeaderNames.USER_AGENT, AGENT);
            recipe.headers().forEach(h::set);
            ofCaller.forEach(h::set);
            h.set(HttpHeaderNames.ACCEPT, accept);
            if (!method.equals(HttpMethod.POST)) {
                h.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
            }
            headers.accept(h);
        }));
        // on whose behalf: who is named, or else who has these headers
        Object caller = context.getOrDefault(CallContext.PRINCIPAL, ofCaller.isEmpty() ? null : ofCaller);
        return caller == null ? made.apply(client) : callers.with(caller, made);
    }

    /** The headers that the caller of a request has put into its context. */
    static Map<String, String> ofCaller(ContextView context) {
        Object found = context.getOrDefault(HttpTransport.HEADERS, null);
        if (!(found instanceof Map<?, ?> map) || map.isEmpty()) {
            return Map.of();
        }
        map.forEach((name, value) -> HttpTransport.requireAllowed(String.valueOf(name), String.valueOf(value)));
        @SuppressWarnings("unchecked")
        Map<String, String> headers = (Map<String, String>) map;
        // a key, too, so it must not change
        return Map.copyOf(headers);
    }

    /** To the same origin, by the same method, a few times. */
    private boolean mayFollow(HttpClientRequest request, HttpClientResponse response) {
        URI target = target(response);
        int status = response.status().code();
        boolean keepsMethod = status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT
                || (request.method().equals(HttpMethod.GET) && status / 100 == 3);
        return target != null
                && keepsMethod
                && HttpRecipe.origin(target).equals(recipe.origin())
                && request.redirectedFrom().length < REDIRECTS;
    }

    /** Where an answer points to; null where it does not. */
    @Nullable
    URI target(HttpClientResponse response) {
        String location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
        if (location == null || response.status().code() / 100 != 3) {
            return null;
        }
        try {
            return recipe.url().resolve(location);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String version() {
        String version = HttpRequests.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** How long the body is, as the server says; negative if it does not. */
    static long contentLength(HttpClientResponse response) {
        String value = response.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return value == null ? -1 : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The media type without its parameters, in lower case; empty where there is none. */
    static String mediaType(HttpClientResponse response) {
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }
}
