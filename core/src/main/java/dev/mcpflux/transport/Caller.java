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
 * The identity for which a request is made: its principal, or its headers if there is no principal. It is the key of
 * all state that must not leak from one user to another: results, lists, connections, sessions of the legacy era,
 * cookies. {@link #of} reads it from the Reactor context of a subscriber.
 *
 * <p>Two callers with the same principal are equal even if their headers differ, for example after a token was renewed.
 * Two callers without a principal are equal if their headers are; the names of headers are compared ignoring case.
 */
public final class Caller {

    /** The key of the Reactor context that holds the principal: an object with {@code equals} and {@code hashCode}. */
    public static final String PRINCIPAL = "dev.mcpflux.principal";

    /**
     * The key of the Reactor context that holds the headers: a {@code Map} from names to values, both {@code String}.
     */
    public static final String HEADERS = "dev.mcpflux.http.headers";

    /** A request without principal and headers. All such requests share their state. */
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
     * Reads the caller from a context.
     *
     * @throws IllegalArgumentException if {@link #HEADERS} is not a map of strings, or {@link #PRINCIPAL} is a
     *     publisher. Such a request must not be treated as anonymous, because its user would then share state with
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
     * Checks the values that {@link #of(ContextView)} reads.
     *
     * @throws IllegalArgumentException like {@link #of(ContextView)}
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
                    + " in the Reactor context must be the principal itself, but is a "
                    + principal.getClass().getName() + ", which never equals another principal");
        }
    }

    /** A caller with these headers, and with this principal unless it is null. */
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
                    HEADERS + " in the Reactor context must be a Map<String, String>, but is a "
                            + found.getClass().getName());
        }
        map.forEach((name, value) -> {
            if (!(name instanceof String) || !(value instanceof String)) {
                throw new IllegalArgumentException(HEADERS
                        + " in the Reactor context must be a Map<String, String>, but holds "
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

    /** The principal, or null if only the headers identify the caller. */
    public @Nullable Object principal() {
        return principal;
    }

    /** The headers that are sent with each HTTP request of this caller. Immutable; lookups ignore case. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Adds this caller to a context. */
    public Context in(Context context) {
        Context named = principal == null ? context.delete(PRINCIPAL) : context.put(PRINCIPAL, principal);
        return headers.isEmpty() ? named.delete(HEADERS) : named.put(HEADERS, headers);
    }

    /** Whether there is neither a principal nor a header. */
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

    /** Omits the principal and the headers, because both may be secret. */
    @Override
    public String toString() {
        return "Caller[" + (anonymous() ? "anonymous" : principal == null ? "by headers" : "by principal") + "]";
    }
}
