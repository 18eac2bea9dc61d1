package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The addresses that something is fetched from. */
final class Addresses {

    private static final int HTTPS = 443;

    private Addresses() {}

    /**
     * Reads an address. It must be of https, or of this machine; it may name no user.
     *
     * @param what it is the address of, for the error, which quotes the origin only
     */
    static URI checked(String text, String what) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw problem(what, "is no URL");
        }
        return checked(url, what);
    }

    static URI checked(URI url, String what) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw problem(what, "is no https URL with a host");
        }
        if (url.getRawUserInfo() != null) {
            throw problem(what, "contains a user, which would be sent to " + origin(url) + "; leave it out");
        }
        if (scheme.equals("http") && !isLoopback(url.getHost())) {
            throw problem(what, "is without TLS: " + origin(url) + "; expected https");
        }
        return url;
    }

    private static McpConfigurationException problem(String what, String problem) {
        return new McpConfigurationException(null, "the address of " + what + " " + problem);
    }

    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.matches("127(?:\\.[0-9]{1,3}){3}") || host.equals("[::1]");
    }

    /** Scheme, host and port, which stands for the whole URL wherever one is shown. */
    static String origin(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        int port = url.getPort();
        boolean shown = port >= 0 && !(scheme.equals("https") && port == HTTPS);
        return scheme + "://" + url.getHost() + (shown ? ":" + port : "");
    }
}
