package dev.mcpflux.transport.http;

import dev.mcpflux.internal.Masker;
import java.net.URI;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;

/**
 * What a server is reached with.
 *
 * @param filter sees each HTTP request and each response head, null where none is installed
 */
record HttpRecipe(
        String name,
        URI url,
        Map<String, String> headers,
        Masker masker,
        HttpKind kind,
        HttpOptions options,
        ProxySettings proxies,
        HttpPool pool,
        UnaryOperator<HttpClient> customizer,
        @Nullable HttpExchangeFilter filter,
        Scheduler timer) {

    String origin() {
        return origin(url);
    }

    /** The proxy that the server is reached through; null if it is reached directly. */
    ProxySettings.@Nullable Proxy proxy() {
        return proxies.proxyFor(url);
    }

    boolean secure() {
        return url.getScheme().equalsIgnoreCase("https");
    }

    /** Scheme, host and port, which stands for the whole URL wherever one is shown. */
    static String origin(URI url) {
        return Uris.origin(url);
    }

    /** Shows neither the rest of the URL nor headers, which may hold secrets. */
    @Override
    public String toString() {
        return "HttpRecipe[" + name + ": " + origin() + "]";
    }
}
