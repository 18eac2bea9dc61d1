package dev.mcpflux.transport;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The identity on whose behalf a request is made: its principal, else its headers. It is the key of everything that is kept
 * for one user and must not reach another: results, lists, connections, sessions of the legacy era, cookies. It is read
 * from the Reactor context of a subscriber by {@link #of}.
 *
 * <p>Two callers with the same principal are equal, whatever their headers: a renewed token is the same caller. Two without a
 * principal are equal if their headers are; the names of headers are compared without regard to case.
 */
public final class Caller {

    /** The key of the Reactor context that holds the principal: an object with {@code equals} and {@code hashCode}. */
    public static final String PRINCIPAL = "dev.mcpflux.principal";

    /** The key of the Reactor context that holds the headers: a {@code Map} of names and values, both {@code String}. */
    public static final String HEADERS = "dev.mcpflux.http.headers";

    /** A request without principal and headers. All such requests share what is kept. */
    public static final Caller ANONYMOUS = new Caller(null, Map.of());

    private final @Nullable Object principal;
    private final Map<String, String> headers;
    private final Object key;

    private Caller(@Nullable Object principal, Map<String, String> headers) {
        this.principal = principal;
        this.headers = headers;
        this.key = principal == null ? headers : principal;
    }

    /**
     * The caller that a context names.
     *
     * @throws IllegalArgumentException if {@link #HEADERS} holds something else than a map of texts, or {@link #PRINCIPAL} a
     *     publisher of the principal. Taking that for a request without them would let its user share what is kept with
     *     everybody.
     */
    public static Caller of(ContextView context) {
        if (context.isEmpty()) {
            return ANONYMOUS;
        }
        Object principal = context.getOrDefault(PRINCIPAL, null);
        Object headers = context.getOrDefault(HEADERS, null);
        if (principal == null && headers == null) {
            return ANONYMOUS;
        }
        requireNoPublisher(principal);
        return of(principal, texts(headers));
    }

    /**
     * Looks at the values that {@link #of(ContextView)} reads.
     *
     * @throws IllegalArgumentException as that
     */
    public static void check(ContextView context) {
        if (!context.isEmpty()) {
            requireNoPublisher(context.getOrDefault(PRINCIPAL, null));
            texts(context.getOrDefault(HEADERS, null));
        }
    }

    private static void requireNoPublisher(@Nullable Object principal) {
        if (principal instanceof Publisher) {
            throw new IllegalArgumentException(PRINCIPAL
                    + " in the Reactor context has to be the principal itself, but is a "
                    + principal.getClass().getName() + ", which is equal to no other");
        }
    }

    /** A caller with this principal, or none, and these headers. */
    public static Caller of(@Nullable Object principal, Map<String, String> headers) {
        if (headers.isEmpty()) {
            return principal == null ? ANONYMOUS : new Caller(principal, Map.of());
        }
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> {
            if (copy.put(name, value) != null) {
                throw new IllegalArgumentException(
                        HEADERS + " in the Reactor context holds the header '" + name + "' twice");
            }
        });
        return new Caller(principal, Collections.unmodifiableMap(copy));
    }

    private static Map<String, String> texts(@Nullable Object found) {
        if (found == null) {
            return Map.of();
        }
        if (!(found instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    HEADERS + " in the Reactor context has to be a Map<String, String>, but is a "
                            + found.getClass().getName());
        }
        map.forEach((name, value) -> {
            if (!(name instanceof String) || !(value instanceof String)) {
                throw new IllegalArgumentException(HEADERS
                        + " in the Reactor context has to be a Map<String, String>, but holds "
                        + (name instanceof String ? "a value of " + type(value) + " for '" + name + "'" : type(name)));
            }
        });
        @SuppressWarnings("unchecked")
        Map<String, String> texts = (Map<String, String>) map;
        return texts;
    }

    private static String type(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    /** Who calls, or null if only the headers say so. */
    public @Nullable Object principal() {
        return principal;
    }

    /** The headers that go with each request of this caller over HTTP; immutable, its names in any case. */
    public Map<String, String> headers() {
        return headers;
    }

    /** A context that names this caller; the rest of it is that of the given one. */
    public Context in(Context context) {
        Context named = principal == null ? context.delete(PRINCIPAL) : context.put(PRINCIPAL, principal);
        return headers.isEmpty() ? named.delete(HEADERS) : named.put(HEADERS, headers);
    }

    /** Whether neither a principal nor a header is known. */
    public boolean anonymous() {
        return principal == null && headers.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Caller that
                        && (principal == null) == (that.principal == null)
                        && key.equals(that.key));
    }

    @Override
    public int hashCode() {
        if (principal != null) {
            return principal.hashCode();
        }
        int hash = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            hash += header.getKey().toLowerCase(Locale.ROOT).hashCode() ^ Objects.hashCode(header.getValue());
        }
        return hash;
    }

    /** Neither the principal nor a header is shown: both may be secret. */
    @Override
    public String toString() {
        return "Caller[" + (anonymous() ? "anonymous" : principal == null ? "by headers" : "by principal") + "]";
    }
}
