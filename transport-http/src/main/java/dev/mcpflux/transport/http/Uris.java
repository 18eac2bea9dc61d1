package dev.mcpflux.transport.http;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where {@link URI} differs from RFC 3986: host names with underscores, and the resolution of references. */
final class Uris {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int MOST = 65_535;

    /** An authority that {@link URI} does not parse: a name with an underscore, as containers have. */
    private static final Pattern REGISTERED = Pattern.compile("([^@:\\[\\]\\s]+)(?::(\\d{0,5}))?");

    private Uris() {}

    /** The host, in lower case; null where there is none. */
    static @Nullable String host(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            Matcher authority = authority(uri);
            host = authority == null ? null : authority.group(1);
        }
        return host == null ? null : host.toLowerCase(Locale.ROOT);
    }

    private static @Nullable Matcher authority(URI uri) {
        String text = uri.getRawAuthority();
        if (text == null) {
            return null;
        }
        // the user before the host is not part of it
        Matcher authority = REGISTERED.matcher(text.substring(text.lastIndexOf('@') + 1));
        return authority.matches() && (authority.group(2) == null || port(authority.group(2)) <= MOST)
                ? authority
                : null;
    }

    private static int port(String digits) {
        return digits.isEmpty() ? -1 : Integer.parseInt(digits);
    }

    /** Whether a user is named before the host. */
    static boolean namesUser(URI uri) {
        String authority = uri.getRawAuthority();
        return authority != null && authority.indexOf('@') >= 0;
    }

    /** The port; that of the scheme where none is named. */
    static int port(URI uri) {
        int port = uri.getPort();
        if (port < 0 && uri.getHost() == null) {
            Matcher authority = authority(uri);
            port = authority == null || authority.group(2) == null ? -1 : port(authority.group(2));
        }
        return port >= 0 ? port : "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS : HTTP;
    }

    /** Scheme, host and port, which stands for the whole URL wherever one is shown. */
    static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = port(uri);
        return scheme + "://" + host(uri) + (port == (scheme.equals("https") ? HTTPS : HTTP) ? "" : ":" + port);
    }

    /**
     * Resolves a reference (RFC 3986, 5.2). {@link URI#resolve(URI)} drops the last segment before one that is a query only, and
     * keeps dots that lead above the root.
     *
     * @throws IllegalArgumentException if it is no reference
     */
    static URI resolve(URI base, String text) {
        URI reference = URI.create(text);
        String query = reference.getRawQuery();
        if (reference.isAbsolute()) {
            return reference.getRawAuthority() == null
                    ? reference
                    : compose(reference.getScheme(), reference.getRawAuthority(), path(reference.getRawPath()), query);
        }
        if (reference.getRawAuthority() != null) {
            return compose(base.getScheme(), reference.getRawAuthority(), path(reference.getRawPath()), query);
        }
        String path = reference.getRawPath();
        if (path == null || path.isEmpty()) {
            return compose(
                    base.getScheme(),
                    base.getRawAuthority(),
                    path(base.getRawPath()),
                    query == null ? base.getRawQuery() : query);
        }
        String before = path(base.getRawPath());
        String merged = path.startsWith("/") ? path : before.substring(0, before.lastIndexOf('/') + 1) + path;
        return compose(base.getScheme(), base.getRawAuthority(), withoutDots(merged), query);
    }

    /** The path and query of a URI, at the origin of this server. */
    static URI at(URI server, URI target) {
        return compose(server.getScheme(), server.getRawAuthority(), path(target.getRawPath()), target.getRawQuery());
    }

    private static String path(@Nullable String path) {
        return path == null || path.isEmpty() ? "/" : path;
    }

    private static URI compose(String scheme, String authority, String path, @Nullable String query) {
        return URI.create(scheme + "://" + authority + path + (query == null ? "" : "?" + query));
    }

    /** RFC 3986, 5.2.4. */
    private static String withoutDots(String path) {
        StringBuilder out = new StringBuilder();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                out.setLength(Math.max(0, out.lastIndexOf("/")));
            }
            if (!segments[i].equals(".") && !segments[i].equals("..")) {
                out.append('/').append(segments[i]);
            } else if (last) {
                out.append('/');
            }
        }
        return out.toString();
    }
}
