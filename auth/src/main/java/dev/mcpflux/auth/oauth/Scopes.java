package dev.mcpflux.auth.oauth;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scopes to ask for (specification 2025-11-25: basic/authorization, scope selection strategy). */
final class Scopes {

    private static final String OFFLINE = "offline_access";

    private Scopes() {}

    /**
     * Chooses.
     *
     * @param configured pins them; null for what the server says
     * @param challenged what the server has asked for; empty if it has not
     * @param before what was asked for before: a step-up must not lose it
     * @param interactive whether a person logs in, so that a refresh token is worth asking for
     */
    static Set<String> choose(
            @Nullable List<String> configured,
            Set<String> challenged,
            Set<String> before,
            Discovery.Found found,
            boolean interactive) {
        if (configured != null) {
            return new LinkedHashSet<>(configured);
        }
        Set<String> scopes = new LinkedHashSet<>(challenged);
        if (scopes.isEmpty() && found.metadata() != null) {
            scopes.addAll(found.metadata().scopes());
        }
        scopes.addAll(before);
        Set<String> supported = found.server().scopes();
        boolean offline = supported != null && supported.contains(OFFLINE);
        if (!offline) {
            // clients may add it "when the Authorization Server metadata contains it in scopes_supported" (2026-07-28)
            scopes.remove(OFFLINE);
        } else if (interactive) {
            scopes.add(OFFLINE);
        }
        return scopes;
    }
}
