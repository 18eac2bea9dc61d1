package dev.mcpflux.transport.http;

import dev.mcpflux.transport.Caller;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cookies that one server has set (RFC 6265), keyed by caller and sent back to its origin only: load balancers use them to
 * keep a client at one replica. Bounded in their number and size, and in the number of callers; the least recently used ones are
 * dropped first.
 */
final class Cookies {

    private static final int MAX_CALLERS = 1000;
    private static final int MAX_COOKIES = 50;
    private static final int MAX_BYTES = 4096;

    private final URI server;
    private final LongSupplier clock;
    private final Map<Caller, Map<Key, Kept>> callers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Caller, Map<Key, Kept>> eldest) {
            return size() > MAX_CALLERS;
        }
    };

    /**
     * No cookies yet.
     *
     * @param clock the time in milliseconds
     */
    Cookies(URI server, LongSupplier clock) {
        this.server = server;
        this.clock = clock;
    }

    /** The identity of a cookie; its host is that of the server. */
    private record Key(String name, String path) {}

    /** The text as it is sent, and when it ends. */
    private record Kept(String text, String path, boolean secure, long ends) {}

    /** Keeps the cookies that a response sets. */
    synchronized void take(Caller caller, URI request, List<String> headers) {
        for (String header : headers) {
            Cookie cookie = header.length() > 2 * MAX_BYTES ? null : ClientCookieDecoder.LAX.decode(header);
            if (cookie != null
                    && cookie.name().length() + cookie.value().length() <= MAX_BYTES
                    && printable(cookie.name())
                    && printable(cookie.value())
                    && mayBeSetFor(cookie.domain())) {
                put(callers.computeIfAbsent(caller, key -> new LinkedHashMap<>()), cookie, path(cookie, request));
            }
        }
    }

    private void put(Map<Key, Kept> all, Cookie cookie, String path) {
        Key key = new Key(cookie.name(), path);
        long now = clock.getAsLong();
        long age = cookie.maxAge();
        if (age != Cookie.UNDEFINED_MAX_AGE && age <= 0) {
            all.remove(key);
            return;
        }
        long ends = age == Cookie.UNDEFINED_MAX_AGE || age > (Long.MAX_VALUE - now) / 1000
                ? Long.MAX_VALUE
                : now + age * 1000;
        String value = cookie.wrap() ? '"' + cookie.value() + '"' : cookie.value();
        // a cookie that is set again keeps its place, as the standard says
        all.put(key, new Kept(cookie.name() + "=" + value, path, cookie.isSecure(), ends));
        if (all.size() > MAX_COOKIES) {
            all.remove(all.keySet().iterator().next());
        }
    }

    /** Whether it has visible characters only, so that it is sent back as one header. */
    private static boolean printable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~' && c != ';');
    }

    /** Whether the domain is this host or one above it; the cookie is sent to this host only all the same. */
    private boolean mayBeSetFor(@Nullable String domain) {
        if (domain == null || domain.isBlank()) {
            return true;
        }
        String host = String.valueOf(Uris.host(server));
        String of = domain.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\.", "");
        return host.equals(of) || (host.endsWith("." + of) && of.indexOf('.') > 0);
    }

    /** RFC 6265, 5.1.4. */
    private static String path(Cookie cookie, URI request) {
        String path = cookie.path();
        if (path != null && path.startsWith("/")) {
            return path;
        }
        String of = request.getRawPath();
        int end = of == null ? -1 : of.lastIndexOf('/');
        return end <= 0 ? "/" : of.substring(0, end);
    }

    /**
     * The header for a request: the given cookies, then those that the server has set, unless one of that name was given. Null
     * where there are none.
     */
    synchronized @Nullable String header(Caller caller, URI request, @Nullable String given) {
        Map<Key, Kept> all = callers.get(caller);
        if (all == null || all.isEmpty()) {
            return given;
        }
        long now = clock.getAsLong();
        all.values().removeIf(kept -> kept.ends <= now);
        boolean secure = "https".equalsIgnoreCase(request.getScheme());
        String path = request.getRawPath() == null || request.getRawPath().isEmpty() ? "/" : request.getRawPath();
        Set<String> own = given == null
                ? Set.of()
                : Stream.of(given.split(";"))
                        .map(pair -> pair.split("=", 2)[0].strip())
                        .collect(Collectors.toSet());
        List<Map.Entry<Key, Kept>> sent = new ArrayList<>();
        for (Map.Entry<Key, Kept> entry : all.entrySet()) {
            if (!own.contains(entry.getKey().name())
                    && (secure || !entry.getValue().secure())
                    && matches(entry.getValue().path(), path)) {
                sent.add(entry);
            }
        }
        // "Cookies with longer paths are listed before cookies with shorter paths"
        sent.sort(Comparator.comparingInt(entry -> -entry.getValue().path().length()));
        String kept = sent.stream().map(entry -> entry.getValue().text()).collect(Collectors.joining("; "));
        if (kept.isEmpty()) {
            return given;
        }
        return given == null || given.isBlank() ? kept : given + "; " + kept;
    }

    private static boolean matches(String of, String path) {
        return path.equals(of) || (path.startsWith(of) && (of.endsWith("/") || path.charAt(of.length()) == '/'));
    }

    /** Shows no cookie. */
    @Override
    public String toString() {
        return "Cookies[" + HttpRecipe.origin(server) + "]";
    }
}
