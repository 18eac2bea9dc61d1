package dev.mcpflux.auth;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The headers that authorize a request. Immutable; {@code toString} shows their names only. */
public final class Credentials {

    private static final Credentials NONE = new Credentials(Map.of());

    private final Map<String, String> headers;
    private final Mono<Map<String, String>> emitted;

    private Credentials(Map<String, String> headers) {
        this.headers = headers;
        this.emitted = Mono.just(headers);
    }

    /** No headers: the request is sent as it is. */
    public static Credentials none() {
        return NONE;
    }

    /** A bearer token (RFC 6750, 2.1). */
    public static Credentials bearer(String token) {
        return new Credentials(Map.of("Authorization", "Bearer " + token));
    }

    /** Any headers; one with an empty value is taken away from the request. */
    public static Credentials headers(Map<String, String> headers) {
        return new Credentials(Map.copyOf(headers));
    }

    /** The headers; always the same object. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Emits the headers. */
    Mono<Map<String, String>> emitted() {
        return emitted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Credentials that && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return headers.hashCode();
    }

    @Override
    public String toString() {
        return "Credentials" + headers.keySet();
    }
}
