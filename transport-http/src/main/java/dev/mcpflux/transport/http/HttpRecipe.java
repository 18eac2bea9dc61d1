package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Masker;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;

/** What a server is reached with. */
record HttpRecipe(
        String name,
        URI url,
        Map<String, String> headers,
        Masker masker,
        HttpKind kind,
        HttpOptions options,
        HttpPool pool,
        UnaryOperator<HttpClient> customizer,
        Scheduler timer) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    String origin() {
        return origin(url);
    }

    boolean secure() {
        return url.getScheme().equalsIgnoreCase("https");
    }

    /** Scheme, host and port, which stands for the whole URL wherever one is shown. */
    static String origin(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? HTTPS : HTTP;
        int port = url.getPort();
        return scheme + "://" + String.valueOf(url.getHost()).toLowerCase(Locale.ROOT)
                + (port < 0 || port == standard ? "" : ":" + port);
    }

    /** Where messages and headers may hold secrets, nothing of them is shown. */
    @Override
    public String toString() {
        return "HttpRecipe[" + name + ": " + origin() + "]";
    }
}
