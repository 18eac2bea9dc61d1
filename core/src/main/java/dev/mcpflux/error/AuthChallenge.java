package dev.mcpflux.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One authentication challenge of an HTTP server (RFC 9110, 11.6.1: {@code WWW-Authenticate}). Its texts come from the
 * server: do not trust them, and expect any character in them.
 *
 * @param scheme as the server wrote it, for example {@code Bearer}; compare it with {@link #is}
 * @param token68 what follows the scheme in place of parameters, null where nothing does
 * @param parameters by their names in lower case, in the order of the header; of two with one name the first
 */
public record AuthChallenge(String scheme, @Nullable String token68, Map<String, String> parameters) {

    public AuthChallenge {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Whether the challenge has this scheme; case does not matter. */
    public boolean is(String name) {
        return scheme.equalsIgnoreCase(name);
    }

    /** The value of a parameter, without quotes; case does not matter in its name. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The same challenge with each of its values masked. */
    public AuthChallenge masked(UnaryOperator<String> mask) {
        Map<String, String> masked = new LinkedHashMap<>();
        parameters.forEach((name, value) -> masked.put(name, mask.apply(value)));
        return new AuthChallenge(scheme, token68 == null ? null : mask.apply(token68), masked);
    }
}
