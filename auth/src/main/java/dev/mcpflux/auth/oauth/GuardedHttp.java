package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.transport.http.CancelledRequest;
import dev.mcpflux.transport.http.ProxySettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * The only way to authorization servers and to metadata. A request goes over TLS, or to this machine if the MCP server is on
 * it too; never to an address that is nearer than the MCP server ({@link Reach}). Redirects are followed for reads only, and to
 * the same origin. Bodies are bounded, and so is the time that a request takes.
 */
final class GuardedHttp {

    /** The longest body of a response; a longer one fails the request. */
    static final int MAX_BYTES = 512 * 1024;

    private static final int REDIRECTS = 3;
    private static final int REDIRECT_CLASS = 3;
    private static final int HUNDRED = 100;

    private final HttpClient direct;
    private final HttpClient proxied;
    private final ProxySettings proxies;
    private final Reach reach;
    private final Set<String> configured;
    private final Duration timeout;
    private final Scheduler timer;
    private final Problems problems;

    /**
     * Makes requests for one server.
     *
     * @param base what the application has configured
     * @param proxies through which addresses are reached
     * @param reach of the server
     * @param configured the hosts of configured addresses, which may be anywhere: nobody else has named them
     * @param timeout how long one request may take, redirects not counted
     */
    GuardedHttp(
            HttpClient base,
            ProxySettings proxies,
            Reach reach,
            Set<String> configured,
            Duration timeout,
            Scheduler timer,
            Problems problems) {
        // a proxy resolves names itself
        this.proxied = base.followRedirect(false).disableRetry(true).compress(true);
        this.direct =
                base.configuration().hasProxy() ? proxied : proxied.resolver(new GuardedResolver(reach, configured));
        this.proxies = proxies;
        this.reach = reach;
        this.configured = configured;
        this.timeout = timeout;
        this.timer = timer;
        this.problems = problems;
    }

    /**
     * Checks an address before it is used.
     *
     * @param what it is the address of, for the error
     * @throws McpAuthorizationException if it must not be used
     */
    URI checked(URI url, String what) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        String host = url.getHost();
        if (host == null || Reach.isAmbiguous(host) || !(scheme.equals("https") || scheme.equals("http"))) {
            throw problems.of(Reason.UNSAFE_ADDRESS, "the address of " + what + " is no https URL");
        }
        if (url.getRawUserInfo() != null) {
            throw problems.of(Reason.UNSAFE_ADDRESS, "the address of " + what + " contains a user");
        }
        // "All authorization server endpoints MUST be served over HTTPS." (specification: basic/authorization)
        boolean own = configured.contains(host);
        if (scheme.equals("http") && !(Reach.isLoopback(host) && (own || reach == Reach.LOOPBACK))) {
            throw problems.of(
                    Reason.UNSAFE_ADDRESS, "the address of " + what + " is without TLS: " + Problems.origin(url));
        }
        InetAddress literal = Reach.literal(host);
        boolean near = literal == null ? Reach.isLoopback(host) && reach != Reach.LOOPBACK : !reach.allows(literal);
        if (near && !own) {
            throw nearer(url, what);
        }
        return url;
    }

    private McpAuthorizationException nearer(URI url, String what) {
        return problems.of(
                Reason.UNSAFE_ADDRESS,
                "the address of " + what + " is in a network that the server itself is not in: "
                        + Problems.origin(url));
    }

    /**
     * Makes a GET for JSON.
     *
     * @param what is asked for, for errors
     * @return emits the response, whatever its status; fails with {@link McpAuthorizationException} if none comes.
     *     <em>Cancellation</em> closes the connection.
     */
    Mono<HTTPResponse> get(URI url, String what) {
        return get(url, what, REDIRECTS);
    }

    private Mono<HTTPResponse> get(URI url, String what, int redirects) {
        return Mono.defer(() ->
                        exchange(HttpMethod.GET, checked(url, what), Map.of("Accept", "application/json"), null, what))
                .flatMap(response -> {
                    URI target = response.getLocation();
                    if (response.getStatusCode() / HUNDRED != REDIRECT_CLASS || target == null) {
                        return Mono.just(response);
                    }
                    URI next = url.resolve(target);
                    if (redirects == 0 || !Problems.origin(next).equals(Problems.origin(url))) {
                        return Mono.error(problems.of(
                                Reason.UNSAFE_ADDRESS,
                                what + " redirects to " + Problems.origin(next) + ", which is not followed"));
                    }
                    return get(next, what, redirects - 1);
                });
    }

    /** Sends a request that Nimbus has made; the same as {@link #get}, but a redirect is a response like others. */
    Mono<HTTPResponse> send(HTTPRequest request, String what) {
        return Mono.defer(() -> {
            URI url = checked(request.getURI(), what);
            Map<String, String> headers = new java.util.LinkedHashMap<>();
            request.getHeaderMap().forEach((name, values) -> headers.put(name, values.get(0)));
            headers.putIfAbsent("Accept", "application/json");
            return exchange(HttpMethod.POST, url, headers, request.getBody(), what);
        });
    }

    private Mono<HTTPResponse> exchange(
            HttpMethod method, URI url, Map<String, String> headers, @Nullable String body, String what) {
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        return client(url)
                .flatMapMany(client -> CancelledRequest.guarded(client, guarded -> {
                    HttpClient.RequestSender sender = guarded.headers(h -> write(h, headers, bytes.length))
                            .request(method)
                            .uri(url);
                    return (body == null ? sender : sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes))))
                            .response((head, content) -> read(head, content, what));
                }))
                .single()
                .timeout(timeout, timer)
                .onErrorMap(e -> failed(e, url, what));
    }

    private Mono<HttpClient> client(URI url) {
        return proxies.isDirect(url) ? Mono.just(direct) : proxies.through(proxied, url, timeout);
    }

    private static void write(HttpHeaders h, Map<String, String> headers, int length) {
        h.set(HttpHeaderNames.USER_AGENT, "mcpflux");
        headers.forEach(h::set);
        if (length > 0) {
            h.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
    }

    private Mono<HTTPResponse> read(HttpClientResponse head, ByteBufFlux content, String what) {
        return content.reduceWith(ByteArrayOutputStream::new, (all, chunk) -> add(all, chunk, what))
                .map(all -> {
                    HTTPResponse response = new HTTPResponse(head.status().code());
                    for (String name : head.responseHeaders().names()) {
                        response.setHeader(
                                name, head.responseHeaders().getAll(name).toArray(new String[0]));
                    }
                    response.setBody(all.toString(StandardCharsets.UTF_8));
                    return response;
                });
    }

    private ByteArrayOutputStream add(ByteArrayOutputStream all, ByteBuf chunk, String what) {
        if (all.size() + chunk.readableBytes() > MAX_BYTES) {
            throw problems.of(Reason.METADATA, "the answer of " + what + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            chunk.readBytes(all, chunk.readableBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all;
    }

    private Throwable failed(Throwable e, URI url, String what) {
        if (e instanceof McpAuthorizationException) {
            return e;
        }
        if (e instanceof TimeoutException) {
            return problems.unavailable(
                    what + " (" + Problems.origin(url) + ") did not answer within " + timeout.toMillis() + " ms", null);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof GuardedResolver.Refused) {
                return nearer(url, what);
            }
        }
        // the message of a failed connection may quote the whole address
        return problems.unavailable(
                what + " (" + Problems.origin(url) + ") cannot be reached: "
                        + e.getClass().getSimpleName(),
                null);
    }

    /** The body as a JSON object that Nimbus can read; fails if it is something else. */
    static net.minidev.json.JSONObject object(HTTPResponse response) throws ParseException {
        return com.nimbusds.oauth2.sdk.util.JSONObjectUtils.parse(response.getBody());
    }
}
