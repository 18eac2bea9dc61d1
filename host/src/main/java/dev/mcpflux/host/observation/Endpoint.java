package dev.mcpflux.host.observation;

import dev.mcpflux.transport.spi.Transport;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How a server is reached, under OpenTelemetry's attributes of networks.
 *
 * @param transport {@code pipe}, {@code tcp} or {@code unix}; null if it is not known
 * @param protocol {@code http} or null
 * @param address the host, or the path of a socket
 * @param port -1 for none
 */
record Endpoint(
        @Nullable String transport,
        @Nullable String protocol,
        @Nullable String address,
        int port) {

    static final Endpoint UNKNOWN = new Endpoint(null, null, null, -1);
    static final Endpoint PIPE = new Endpoint("pipe", null, null, -1);

    private static final String UNIX = "unix:";

    /** The endpoint that the {@linkplain Transport#origin() origin} of a transport names. */
    static Endpoint of(Transport transport) {
        String origin = transport.origin();
        if (!transport.remote()) {
            return UNKNOWN;
        }
        if (origin.startsWith(UNIX)) {
            return new Endpoint("unix", null, origin.substring(UNIX.length()), -1);
        }
        try {
            URI uri = URI.create(origin);
            String scheme = uri.getScheme();
            boolean http = "http".equals(scheme) || "https".equals(scheme);
            if (uri.getHost() == null || !(http || "tcp".equals(scheme))) {
                return UNKNOWN;
            }
            int usual = !http ? -1 : "https".equals(scheme) ? 443 : 80;
            return new Endpoint(
                    "tcp", http ? "http" : null, uri.getHost(), uri.getPort() == -1 ? usual : uri.getPort());
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }
}
