package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.Masker;
import dev.mcpflux.transport.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/**
 * A server that is reached by a URL (specification: basic/transports/streamable-http). One request is one POST, answered by
 * one JSON message or by a stream of events; in the modern era that is all, in the legacy one there is a session, a stream
 * by which the server tells of itself, and resumption.
 *
 * <p>Threads: messages are delivered on the event loops of Reactor Netty, which all connections share and which carry
 * Reactor's {@code NonBlocking} marker.
 */
public final class HttpTransport implements Transport {

    /**
     * Headers of one call, in the Reactor context of its subscriber, a {@code Map<String, String>}:
     * {@code session.callTool(…).contextWrite(ctx -> ctx.put(HttpTransport.HEADERS, Map.of("Authorization", token)))}. They go
     * with that request and no other, over connections of TCP that nobody with other headers uses. A session of the legacy era belongs to who opened it: a call with other headers than
     * that is refused where the server keeps a session.
     */
    public static final String HEADERS = Caller.HEADERS;

    /** What the transport sets itself, in lower case; what begins with {@code mcp-} as well. */
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "last-event-id",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

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
        return new HttpConnection(recipe);
    }

    /** Names the server and its origin; the rest of the URL and the headers may hold secrets. */
    @Override
    public String toString() {
        return "HttpTransport[" + recipe.name() + ": " + recipe.origin() + ", "
                + recipe.headers().size() + " headers]";
    }

    /**
     * Looks whether a header may be configured.
     *
     * @throws IllegalArgumentException that names the header, and never its value
     */
    static void requireAllowed(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a header");
        }
        if (RESERVED.contains(lower) || lower.startsWith("mcp-")) {
            throw new IllegalArgumentException("the header '" + name + "' is set by the transport itself");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
            throw new IllegalArgumentException(
                    "the value of the header '" + name + "' holds a character that cannot stand in one");
        }
    }

    /** Collects what a server is reached with. */
    public static final class Builder {
        private final String name;
        private final URI url;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, String> masked = new LinkedHashMap<>();
        private HttpKind kind = HttpKind.AUTO;
        private HttpOptions options = HttpOptions.defaults();
        private HttpPool pool = HttpPool.create();
        private UnaryOperator<HttpClient> customizer = UnaryOperator.identity();
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
                // the text of it may hold a secret
                throw new IllegalArgumentException("expected a URL, found one with a mistake at character "
                        + (e.getIndex() + 1) + ": " + e.getReason());
            }
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new IllegalArgumentException("expected a URL that begins with http:// or https://");
            }
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("expected a URL with a host");
            }
            if (uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        "expected a URL without a user before the host; credentials belong into a header");
            }
            return uri;
        }

        /** Adds a header to every request. Its value is shown nowhere, and masked where the server prints it. */
        public Builder header(String header, String value) {
            requireAllowed(header, value);
            headers.put(header, value);
            return this;
        }

        public Builder headers(Map<String, String> values) {
            values.forEach(this::header);
            return this;
        }

        /** Names more values that mcpflux shows nowhere: where the server prints one, {@code ${name}} is shown instead. */
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

        /** Shares the connections of TCP with other transports. */
        public Builder pool(HttpPool shared) {
            pool = shared;
            return this;
        }

        /**
         * Changes the client: proxies, TLS, DNS, metrics. Applied once for each connection to the server, and once for each
         * on whose behalf is called, whose connections are kept apart; so what takes long is better done before. It comes
         * after what this transport sets; redirects, retries and the base of the URL stay as they are.
         */
        public Builder customize(UnaryOperator<HttpClient> change) {
            customizer = change;
            return this;
        }

        /** Where delays are counted; default {@link Schedulers#parallel()}. */
        public Builder timer(Scheduler scheduler) {
            timer = scheduler;
            return this;
        }

        public HttpTransport build() {
            return new HttpTransport(new HttpRecipe(
                    name,
                    url,
                    Map.copyOf(headers),
                    new Masker(headers, masked),
                    kind,
                    options,
                    pool,
                    customizer,
                    timer));
        }
    }
}
