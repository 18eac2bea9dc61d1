package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.transport.http.HttpTransport;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a server is; the rest of its URL may be a secret.
 *
 * @param origin scheme, host and port
 * @param port that of the scheme where none is given
 */
record Address(URI origin, String host, int port) {

    /** @throws IllegalArgumentException says what is wrong, and does not quote the URL */
    static Address of(String server, String url) {
        URI origin = URI.create(HttpTransport.builder(server, url).build().origin());
        String host = Objects.requireNonNullElse(origin.getHost(), "");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("The URL names no host");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int standard = "https".equals(origin.getScheme()) ? 443 : 80;
        return new Address(origin, bare, origin.getPort() < 0 ? standard : origin.getPort());
    }

    boolean secure() {
        return "https".equals(origin.getScheme());
    }

    /** Whether it is this machine. */
    boolean local() {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.matches("127(\\.\\d{1,3}){3}")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1");
    }
}
