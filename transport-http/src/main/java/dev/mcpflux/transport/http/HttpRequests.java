package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes the HTTP requests to one server. Every one of them passes {@link #send}, which writes its headers, and every response
 * head {@link #received}: there cookies are kept, redirects followed and the {@link HttpExchangeFilter} asked.
 */
final class HttpRequests {

    private static final String EITHER = ResponseHeads.JSON + ", " + ResponseHeads.EVENTS;
    private static final String AGENT = "mcpflux/" + version();

    private static final int REDIRECTS = 5;
    private static final int MAX_WARNINGS = 64;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;

    private final HttpRecipe recipe;
    private final @Nullable HttpExchangeFilter filter;
    private final HttpClient client;
    private final CallerClients callerClients;
    private final Secrets secrets;
    private final Cookies cookies;
    /** The ignored headers that a warning has named already. */
    private final Set<String> ignored = ConcurrentHashMap.newKeySet();
    /** How many requests wait for the filter. */
    private final AtomicInteger heldBack = new AtomicInteger();

    private volatile boolean hasHeldBack;

    /**
     * Requests to the server of a recipe.
     *
     * @param connections for anonymous callers
     * @param proxy the address of the proxy that it is reached through, null if it is reached directly
     */
    HttpRequests(
            HttpRecipe recipe, Secrets secrets, ConnectionProvider connections, @Nullable InetSocketAddress proxy) {
        this.recipe = recipe;
        this.filter = recipe.filter();
        this.secrets = secrets;
        HttpClientFactory clients = new HttpClientFactory(recipe, secrets, proxy);
        this.client = clients.client(connections);
        this.cookies = new Cookies(recipe.url(), () -> recipe.timer().now(TimeUnit.MILLISECONDS));
        this.callerClients = new CallerClients(recipe.options(), recipe.timer(), clients::client);
    }

    private void goOn() {
        hasHeldBack = true;
        heldBack.decrementAndGet();
    }

    /** Whether a request waits for the filter, or has waited since this was asked last. */
    boolean holdsBack() {
        boolean before = hasHeldBack;
        hasHeldBack = false;
        return before || heldBack.get() > 0;
    }

    /** Closes the connections of callers; completes when that is done. */
    Mono<Void> close() {
        return callerClients.close();
    }

    /** Sends a request with the method that it has. */
    private interface Sender<T> {
        Flux<T> send(HttpClient client, URI to, BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer);
    }

    /**
     * A request, which may be sent several times.
     *
     * @param headers adds the headers of its kind
     * @param answer takes the response
     */
    private record Request<T>(
            HttpMethod method,
            Caller caller,
            String accept,
            Consumer<HttpHeaders> headers,
            Sender<T> sender,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {}

    /**
     * How a request is sent this time.
     *
     * @param redirects how many more are followed
     * @param attempt 1 for the first time, redirects not counted
     */
    private record Sending(HttpClient client, URI url, int redirects, int attempt) {

        Sending to(URI target) {
            return new Sending(client, target, redirects - 1, attempt);
        }

        Sending again() {
            return new Sending(client, url, redirects, attempt + 1);
        }
    }

    /**
     * A POST.
     *
     * @param headers is given the headers to add to
     * @param sent run when the request begins to be written: from here on it may reach the server
     * @param answer takes the response
     */
    <T> Flux<T> post(
            URI url,
            Caller caller,
            Consumer<HttpHeaders> headers,
            ByteBuffer body,
            Runnable sent,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        Consumer<HttpHeaders> all = h -> {
            headers.accept(h);
            h.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            h.set(HttpHeaderNames.CONTENT_LENGTH, body.remaining());
        };
        Sender<T> sender = (posting, to, then) -> to(
                        posting.doOnRequest((request, connection) -> sent.run()).post(), to)
                .send((request, out) -> out.send(Mono.fromSupplier(() -> body(body))))
                .response(then);
        return request(new Request<>(HttpMethod.POST, caller, EITHER, all, sender, answer), url);
    }

    /** A view with a position of its own, so that the body can be sent again. */
    private static ByteBuf body(ByteBuffer bytes) {
        return Unpooled.wrappedBuffer(bytes.duplicate());
    }

    /** A GET of a stream of events. */
    <T> Flux<T> get(
            URI url,
            Caller caller,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        Sender<T> sender = (getting, to, then) -> to(getting.get(), to).response(then);
        return request(
                new Request<>(HttpMethod.GET, caller, ResponseHeads.EVENTS, uncached(headers), sender, answer), url);
    }

    /** A DELETE. */
    <T> Flux<T> delete(
            URI url,
            Caller caller,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        Sender<T> sender = (deleting, to, then) -> to(deleting.delete(), to).response(then);
        return request(new Request<>(HttpMethod.DELETE, caller, EITHER, uncached(headers), sender, answer), url);
    }

    private static Consumer<HttpHeaders> uncached(Consumer<HttpHeaders> headers) {
        return h -> {
            h.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
            headers.accept(h);
        };
    }

    /** {@link URI} knows no host with an underscore, and the parser of the text does. */
    private static <S extends HttpClient.UriConfiguration<?>> S to(HttpClient.UriConfiguration<S> request, URI url) {
        return url.getHost() == null ? request.uri(url.toString()) : request.uri(url);
    }

    private <T> Flux<T> request(Request<T> request, URI url) {
        Caller caller = request.caller;
        try {
            caller.headers().forEach(HttpTransport::requireAllowed);
        } catch (IllegalArgumentException e) {
            return Flux.error(e);
        }
        secrets.remember(caller.headers());
        Function<HttpClient, Flux<T>> made = with ->
                CancelledRequest.guarded(with, guarded -> send(request, new Sending(guarded, url, REDIRECTS, 1)));
        return caller.anonymous() ? made.apply(client) : callerClients.with(caller, made);
    }

    // the one step for all requests

    /** Sends a request: the first time, to where it was redirected, and again. */
    private <T> Flux<T> send(Request<T> request, Sending sending) {
        HttpExchangeFilter asked = filter;
        if (asked == null) {
            return send(request, sending, Map.of());
        }
        return withValue(
                asked.headers(seen(request, sending, Map.of())), Map.of(), more -> sendChecked(request, sending, more));
    }

    /** Like {@code flatMapMany}, but a value that is there already, as a cached token is, takes no operators. */
    private <V, T> Flux<T> withValue(Mono<V> later, V otherwise, Function<V, Publisher<T>> then) {
        if (later instanceof Fuseable.ScalarCallable<?> known) {
            try {
                @SuppressWarnings("unchecked")
                V value = (V) known.call();
                return Flux.from(then.apply(value == null ? otherwise : value));
            } catch (Exception e) {
                return Flux.error(e);
            }
        }
        return Mono.defer(() -> {
                    heldBack.incrementAndGet();
                    return later.defaultIfEmpty(otherwise).doFinally(end -> goOn());
                })
                .flatMapMany(then);
    }

    private <T> Flux<T> sendChecked(Request<T> request, Sending sending, Map<String, String> more) {
        more.forEach(HttpTransport::requireAllowed);
        secrets.remember(more);
        return send(request, sending, more);
    }

    private <T> Flux<T> send(Request<T> request, Sending sending, Map<String, String> more) {
        return request.sender.send(
                sending.client.headers(h -> write(h, request, sending.url, more)),
                sending.url,
                (response, content) -> received(request, sending, more, response, content));
    }

    private static HttpExchangeFilter.Request seen(Request<?> request, Sending sending, Map<String, String> added) {
        return new HttpExchangeFilter.Request(request.method, sending.url, request.caller, sending.attempt, added);
    }

    /** Later headers replace earlier ones of the same name. */
    private void write(HttpHeaders h, Request<?> request, URI to, Map<String, String> more) {
        h.set(HttpHeaderNames.USER_AGENT, AGENT);
        recipe.headers().forEach(h::set);
        request.caller.headers().forEach((name, value) -> set(h, name, value));
        more.forEach((name, value) -> {
            if (value.isEmpty()) {
                h.remove(name);
            } else {
                set(h, name, value);
            }
        });
        h.set(HttpHeaderNames.ACCEPT, request.accept);
        request.headers.accept(h);
        String cookie = cookies.header(request.caller, to, h.get(HttpHeaderNames.COOKIE));
        if (cookie != null) {
            h.set(HttpHeaderNames.COOKIE, cookie);
        }
    }

    private void set(HttpHeaders headers, String name, String value) {
        if (!HttpTransport.isReserved(name)) {
            headers.set(name, value);
        } else if (ignored.size() < MAX_WARNINGS && ignored.add(name.toLowerCase(Locale.ROOT))) {
            HttpTransport.warnOfIgnored(recipe.name(), name);
        }
    }

    /** The head of a response has come. */
    private <T> Publisher<T> received(
            Request<T> request,
            Sending sending,
            Map<String, String> more,
            HttpClientResponse response,
            ByteBufFlux content) {
        if (response.responseHeaders().contains(HttpHeaderNames.SET_COOKIE)) {
            cookies.take(request.caller, sending.url, response.responseHeaders().getAll(HttpHeaderNames.SET_COOKIE));
        }
        HttpExchangeFilter asked = filter;
        if (asked == null) {
            return answer(request, sending, response, content);
        }
        return withValue(
                asked.sendAgain(
                        seen(request, sending, more),
                        new HttpExchangeFilter.Response(response.status().code(), response.responseHeaders())),
                false,
                again -> again && sending.attempt < HttpExchangeFilter.MAX_ATTEMPTS
                        ? instead(content, request, sending.again())
                        : answer(request, sending, response, content));
    }

    private <T> Publisher<T> answer(
            Request<T> request, Sending sending, HttpClientResponse response, ByteBufFlux content) {
        URI target = sending.redirects > 0 ? ResponseHeads.redirectTarget(sending.url, response) : null;
        return target != null && mayFollow(request.method, target, response)
                // each of them has the cookies that were set until then
                ? instead(content, request, sending.to(Uris.at(recipe.url(), target)))
                : request.answer.apply(response, content);
    }

    private <T> Flux<T> instead(ByteBufFlux content, Request<T> request, Sending next) {
        return ResponseBody.read(content, ResponseBody.MAX_ERROR_BYTES).thenMany(Flux.defer(() -> send(request, next)));
    }

    /** Only to the same origin, by the same method. */
    private boolean mayFollow(HttpMethod method, URI target, HttpClientResponse response) {
        int status = response.status().code();
        boolean keepsMethod = status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT
                || (method.equals(HttpMethod.GET) && status / 100 == 3);
        return keepsMethod && HttpRecipe.origin(target).equals(recipe.origin());
    }

    /** Where the response to a request of the endpoint redirects to; null where it does not. */
    @Nullable
    URI target(HttpClientResponse response) {
        return ResponseHeads.redirectTarget(recipe.url(), response);
    }

    private static String version() {
        String version = HttpRequests.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
