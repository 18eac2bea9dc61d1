package dev.mcpflux.auth.oauth;

import dev.mcpflux.transport.Caller;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What happens to the authorization of callers. No text contains a secret, and {@code toString} no address of a login. */
public sealed interface OAuthEvent {

    /**
     * A person has to log in.
     *
     * @param page where
     * @param userCode what the person types there; null if the page is enough
     */
    record LoginRequired(
            String server,
            Caller caller,
            URI page,
            @Nullable String userCode) implements OAuthEvent {
        /** The page belongs to one login. */
        @Override
        public String toString() {
            return "LoginRequired[" + server + "]";
        }
    }

    /** A caller has new tokens. */
    record Authorized(String server, Caller caller) implements OAuthEvent {
        @Override
        public String toString() {
            return "Authorized[" + server + "]";
        }
    }

    /** The tokens of a caller were refreshed. */
    record Refreshed(String server, Caller caller) implements OAuthEvent {
        @Override
        public String toString() {
            return "Refreshed[" + server + "]";
        }
    }

    /**
     * New tokens of a caller could not be obtained.
     *
     * @param problem why
     * @param authorized whether older ones are still valid, and used
     */
    record Failed(String server, Caller caller, String problem, boolean authorized) implements OAuthEvent {
        @Override
        public String toString() {
            return "Failed[" + server + ": " + problem + "]";
        }
    }

    /** Events were dropped, because a subscriber was too slow. */
    record EventsDropped(long count) implements OAuthEvent {}
}
