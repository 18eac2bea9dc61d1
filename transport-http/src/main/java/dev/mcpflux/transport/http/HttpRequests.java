package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.HttpResponseDecoderSpec;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.ProxyProvider;

/** Makes requests of HTTP to one server: what all of them have in common. */
final class HttpRequests {

    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";
    static final String EITHER = JSON + ", " + EVENTS;

    private static final String AGENT = "mcpflux/" + version();

    private static final int REDIRECTS = 5;
    private static final int MANY = 64;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;

    private final HttpRecipe recipe;
    private final @Nullable InetSocketAddress proxy;
    private final HttpClient client;
    private final Callers callers;
    private final Secrets secrets;
    private final Cookies cookies;
    /** The headers of calls that were warned of: once is enough. */
    private final Set<String> ignored = ConcurrentHashMap.newKeySet();

    /**
     * Requests to the server of a recipe.
     *
     * @param connections for those that are made on nobody's behalf
     * @param proxy the address of the proxy that it is reached through, null where there is none
     */
    HttpRequests(
            HttpRecipe recipe, Secrets secrets, ConnectionProvider connections, @Nullable InetSocketAddress proxy) {
        this.recipe = recipe;
        this.secrets = secrets;
        this.proxy = proxy;
        this.client = client(connections);
        this.cookies = new Cookies(recipe.url(), () -> recipe.timer().now(TimeUnit.MILLISECONDS));
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
        if (proxy != null) {
            base = base.proxy(this::through);
        }
        // a request that may have been carried out is never sent again behind our back
        HttpClient customized =
                recipe.customizer().apply(base).disableRetry(true).followRedirect(false);
        HttpResponseDecoderSpec spec = customized.configuration().decoder();
        return customized.doOnRequest((request, connection) -> ResponseCodec.install(connection, spec, secrets::quote));
    }

    private void through(ProxyProvider.TypeSpec spec) {
        ProxySettings.Proxy settings = Objects.requireNonNull(recipe.proxy());
        ProxyProvider.Builder builder = spec.type(settings.type())
                .socketAddress(Objects.requireNonNull(proxy))
                .connectTimeoutMillis(recipe.options().connectTimeout().toMillis());
        if (settings.user() != null) {
            String password = settings.password() == null ? "" : settings.password();
            builder.username(settings.user()).password(user -> password);
        }
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
            Caller caller,
            Consumer<HttpHeaders> headers,
            ByteBuffer body,
            Runnable sent,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.POST,
                caller,
                EITHER,
                h -> {
                    headers.accept(h);
                    h.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
                    h.set(HttpHeaderNames.CONTENT_LENGTH, body.remaining());
                },
                url,
                answer,
                (posting, to, then) -> to(
                                posting.doOnRequest((request, connection) -> sent.run())
                                        .post(),
                                to)
                        .send((request, out) -> out.send(Mono.fromSupplier(() -> body(body))))
                        .response(then));
    }

    /** A host with an underscore is none to {@link URI}, and one to whoever reads the text. */
    private static <S extends HttpClient.UriConfiguration<?>> S to(HttpClient.UriConfiguration<S> request, URI url) {
        return url.getHost() == null ? request.uri(url.toString()) : request.uri(url);
    }

    /** Read by its own position: it may be sent again. */
    private static ByteBuf body(ByteBuffer bytes) {
        return Unpooled.wrappedBuffer(bytes.duplicate());
    }

    <T> Flux<T> get(
            URI url,
            Caller caller,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.GET,
                caller,
                EVENTS,
                headers,
                url,
                answer,
                (getting, to, then) -> to(getting.get(), to).response(then));
    }

    <T> Flux<T> delete(
            URI url,
            Caller caller,
            Consumer<HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer) {
        return request(
                HttpMethod.DELETE,
                caller,
                EITHER,
                headers,
                url,
                answer,
                (deleting, to, then) -> to(deleting.delete(), to).response(then));
    }

    private <T> Flux<T> request(
            HttpMethod method,
            Caller caller,
            String accept,
            Consumer<HttpHeaders> headers,
            URI url,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer,
            Sender<T> sender) {
        try {
            caller.headers().forEach(HttpTransport::requireAllowed);
        } catch (IllegalArgumentException e) {
            return Flux.error(e);
        }
        secrets.know(caller);
        Function<HttpClient, Flux<T>> made = with -> guarded(guard -> send(
                sender,
                method,
                caller,
                REDIRECTS,
                url,
                answer,
                (h, to) -> {
                    h.set(HttpHeaderNames.USER_AGENT, AGENT);
                    recipe.headers().forEach(h::set);
                    caller.headers().forEach((name, value) -> add(h, name, value));
                    h.set(HttpHeaderNames.ACCEPT, accept);
                    if (!method.equals(HttpMethod.POST)) {
                        h.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
                    }
                    headers.accept(h);
                    String cookie = cookies.header(caller, to, h.get(HttpHeaderNames.COOKIE));
                    if (cookie != null) {
                        h.set(HttpHeaderNames.COOKIE, cookie);
                    }
                },
                with.doOnRequest(guard)));
        return caller.anonymous() ? made.apply(client) : callers.with(caller, made);
    }

    private static <T> Flux<T> guarded(Function<CancelledRequest, Flux<T>> request) {
        return Flux.defer(() -> {
            CancelledRequest guard = new CancelledRequest();
            return request.apply(guard).doOnCancel(guard::cancel);
        });
    }

    private void add(HttpHeaders headers, String name, String value) {
        if (!HttpTransport.sets(name)) {
            headers.set(name, value);
        } else if (ignored.size() < MANY && ignored.add(name.toLowerCase(Locale.ROOT))) {
            HttpTransport.warnOfIgnored(recipe.name(), name);
        }
    }

    /** To the same origin, by the same method. */
    private boolean mayFollow(HttpMethod method, URI from, HttpClientResponse response) {
        URI target = target(from, response);
        int status = response.status().code();
        boolean keepsMethod = status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT
                || (method.equals(HttpMethod.GET) && status / 100 == 3);
        return target != null && keepsMethod && HttpRecipe.origin(target).equals(recipe.origin());
    }

    /** Makes a request of one method. */
    private interface Sender<T> {
        Flux<T> send(HttpClient client, URI to, BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer);
    }

    /** Makes a request, and follows redirects: each request of them has the cookies that were set until then. */
    private <T> Flux<T> send(
            Sender<T> sender,
            HttpMethod method,
            Caller caller,
            int redirects,
            URI url,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<T>> answer,
            BiConsumer<HttpHeaders, URI> headers,
            HttpClient client) {
        return sender.send(client.headers(h -> headers.accept(h, url)), url, (response, content) -> {
            if (response.responseHeaders().contains(HttpHeaderNames.SET_COOKIE)) {
                cookies.take(caller, url, response.responseHeaders().getAll(HttpHeaderNames.SET_COOKIE));
            }
            URI target = redirects > 0 && mayFollow(method, url, response) ? target(url, response) : null;
            return target == null
                    ? answer.apply(response, content)
                    : Bodies.take(content, Bodies.ERROR)
                            .thenMany(send(
                                    sender,
                                    method,
                                    caller,
                                    redirects - 1,
                                    Uris.at(recipe.url(), target),
                                    answer,
                                    headers,
                                    client));
        });
    }

    /** Where an answer points to; null where it does not. */
    @Nullable
    URI target(HttpClientResponse response) {
        return target(recipe.url(), response);
    }

    private static @Nullable URI target(URI from, HttpClientResponse response) {
        String location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
        if (location == null || response.status().code() / 100 != 3) {
            return null;
        }
        try {
            return Uris.resolve(from, location);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String version() {
        String version = HttpRequests.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Whether a body that has to be a stream of events is one, or does not say what it is. */
    static boolean mayBeEvents(HttpClientResponse response) {
        String type = mediaType(response);
        return type.equals(EVENTS) || type.isEmpty();
    }

    /** Whether a body of this media type is JSON: whatever the case, and "+json" as well (RFC 6839). */
    static boolean isJson(String mediaType) {
        return mediaType.equals(JSON) || mediaType.equals("text/json") || mediaType.endsWith("+json");
    }

    /** The connection of this response is closed after it. */
    static void neverAgain(HttpClientResponse response) {
        if (response instanceof Connection connection) {
            connection.markPersistent(false);
        }
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
