package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * A server that is reached by a URL (specification: basic/transports/streamable-http). One request is one POST, answered by
 * one JSON message or by a stream of events. The legacy era adds sessions, a stream for requests and notifications of the
 * server, and resumption.
 *
 * <p>Threads: messages are delivered on the event loops of Reactor Netty, which all connections share and which carry
 * Reactor's {@code NonBlocking} marker.
 */
public final class HttpTransport implements Transport {

    /**
     * Headers of one call, in the Reactor context of its subscriber, a {@code Map<String, String>}:
     * {@code session.callTool(…).contextWrite(ctx -> ctx.put(HttpTransport.HEADERS, Map.of("Authorization", token)))}. They go
     * with that request only, over TCP connections that no caller with other headers uses. Where no {@link Caller#PRINCIPAL
     * principal} is named they identify the {@link Caller}. In the legacy era each caller has a session of its own, which its
     * first request begins with its headers. Any other type than a map of strings fails the call with an
     * {@code IllegalArgumentException}.
     */
    public static final String HEADERS = Caller.HEADERS;

    /** The headers that the transport sets itself, in lower case, besides those that begin with {@code mcp-}. */
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "last-event-id",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** RFC 9110, 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final HttpRecipe recipe;

    private HttpTransport(HttpRecipe recipe) {
        this.recipe = recipe;
    }

    /**
     * Starts a recipe.
     *
     * @param name the server's name
     * @param url the endpoint, {@code http} or {@code https}
     * @throws IllegalArgumentException if it is no such URL; the message does not quote it
     */
    public static Builder builder(String name, String url) {
        return new Builder(name, url);
    }

    @Override
    public String name() {
        return recipe.name();
    }

    @Override
    public String origin() {
        return recipe.origin();
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Connection connection() {
        HttpLink link = new HttpLink(recipe);
        return switch (recipe.kind()) {
            case STREAMABLE -> HttpConnection.over(link);
            case SSE -> SseConnections.over(link);
            case AUTO -> new FallbackConnection(HttpConnection.over(link), SseConnections.over(link));
        };
    }

    /** Shows the server and its origin; the rest of the URL and the headers may hold secrets. */
    @Override
    public String toString() {
        ProxySettings.Proxy proxy = recipe.proxy();
        return "HttpTransport[" + recipe.name() + ": " + recipe.origin() + ", "
                + recipe.headers().size() + " headers" + (proxy == null ? "" : ", through " + proxy) + "]";
    }

    /**
     * Whether the transport sets this header itself: {@code Content-Type}, {@code Accept}, {@code Host}, {@code Mcp-Session-Id},
     * {@code MCP-Protocol-Version} and others. A configured one, or one of a call, is ignored with a warning in the log.
     */
    public static boolean isReserved(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        return RESERVED.contains(lower) || lower.startsWith("mcp-");
    }

    /** Logs the name of the header, and never its value. */
    static void warnOfIgnored(String server, String header) {
        log.warn("[{}] the header '{}' is set by the transport itself; the given one is ignored", server, header);
    }

    /**
     * Checks that a header can be sent.
     *
     * @throws IllegalArgumentException that names the header, and never its value
     */
    static void requireAllowed(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a header");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
            throw new IllegalArgumentException(
                    "the value of the header '" + name + "' holds a character that cannot stand in one");
        }
    }

    /** Collects the settings of a transport. */
    public static final class Builder {
        private final String name;
        private final URI url;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, String> masked = new LinkedHashMap<>();
        private HttpKind kind = HttpKind.AUTO;
        private HttpOptions options = HttpOptions.defaults();
        private @Nullable ProxySettings proxies;
        private HttpPool pool = HttpPool.create();
        private UnaryOperator<HttpClient> customizer = UnaryOperator.identity();
        private @Nullable HttpExchangeFilter filter;
        private Scheduler timer = Schedulers.parallel();

        private Builder(String name, String url) {
            this.name = Objects.requireNonNull(name, "name");
            this.url = parse(Objects.requireNonNull(url, "url"));
        }

        private static URI parse(String url) {
            URI uri;
            try {
                uri = new URI(url.strip());
            } catch (URISyntaxException e) {
                // the URL may hold a secret
                throw new IllegalArgumentException("expected a URL, found one with a mistake at character "
                        + (e.getIndex() + 1) + ": " + e.getReason());
            }
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new IllegalArgumentException("expected a URL that begins with http:// or https://");
            }
            if (Uris.namesUser(uri)) {
                throw new IllegalArgumentException(
                        "expected a URL without a user before the host; credentials belong into a header");
            }
            if (Uris.host(uri) == null) {
                throw new IllegalArgumentException("expected a URL with a host");
            }
            return uri;
        }

        /**
         * Adds a header to every request. Its value is never shown, and masked where the server prints it. One that the
         * transport {@linkplain HttpTransport#isReserved sets itself} is ignored with a warning.
         *
         * @throws IllegalArgumentException if its name or value cannot stand in a request; the message does not quote the value
         */
        public Builder header(String header, String value) {
            requireAllowed(header, value);
            if (isReserved(header)) {
                warnOfIgnored(name, header);
            } else {
                headers.put(header, value);
            }
            return this;
        }

        public Builder headers(Map<String, String> values) {
            values.forEach(this::header);
            return this;
        }

        /** Adds secrets by name: where the server prints the value of one, {@code ${name}} is shown instead. */
        public Builder masked(Map<String, String> secrets) {
            masked.putAll(secrets);
            return this;
        }

        public Builder kind(HttpKind value) {
            kind = value;
            return this;
        }

        public Builder options(HttpOptions values) {
            options = values;
            return this;
        }

        /**
         * Reaches the server through a proxy. The default are the system properties of Java when the transport is built
         * ({@link ProxySettings#fromSystemProperties}).
         */
        public Builder proxy(ProxySettings settings) {
            proxies = settings;
            return this;
        }

        /** Shares the TCP connections with other transports. */
        public Builder pool(HttpPool shared) {
            pool = shared;
            return this;
        }

        /**
         * Changes the HTTP client: TLS, DNS, metrics. Applied once for each connection to the server and once for each caller,
         * so expensive objects are better made before. It is applied after the settings of this transport; redirects and retries
         * cannot be changed.
         */
        public Builder customize(UnaryOperator<HttpClient> change) {
            customizer = change;
            return this;
        }

        /**
         * Shows each HTTP request and each head of a response to a filter, which may add headers and have a request sent again:
         * for authorization.
         */
        public Builder filter(HttpExchangeFilter value) {
            filter = value;
            return this;
        }

        /** Counts delays; default {@link Schedulers#parallel()}. */
        public Builder timer(Scheduler scheduler) {
            timer = scheduler;
            return this;
        }

        public HttpTransport build() {
            ProxySettings through =
                    proxies == null ? ProxySettings.fromSystemProperties(System.getProperties()) : proxies;
            ProxySettings.Proxy proxy = through.proxyFor(url);
            Map<String, String> secrets = new LinkedHashMap<>(masked);
            if (proxy != null && proxy.password() != null) {
                secrets.put("proxy password", proxy.password());
            }
            return new HttpTransport(new HttpRecipe(
                    name,
                    url,
                    Map.copyOf(headers),
                    new Masker(headers, secrets).withUrl(url),
                    kind,
                    options,
                    through,
                    pool,
                    customizer,
                    filter,
                    timer));
        }
    }
}
