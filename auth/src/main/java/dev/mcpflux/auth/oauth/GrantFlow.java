package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Obtains tokens in one way, from the choice of a client to the answer of the token endpoint. */
@FunctionalInterface
interface GrantFlow {

    /**
     * What tokens are needed for.
     *
     * @param scopes empty to ask for none
     * @param key that they are bound to, null for bearer tokens
     * @param prompt is given what a person has to do, when it is clear
     */
    record Need(
            Caller caller,
            Discovery.Found found,
            Set<String> scopes,
            @Nullable DpopKey key,
            Prompt prompt) {

        AuthorizationServer server() {
            return found.server();
        }
    }

    /** What has come. */
    record Obtained(Tokens tokens, Client client) {
        /** Shows no token. */
        @Override
        public String toString() {
            return "Obtained[" + client + "]";
        }
    }

    /** Takes what a person has to do. */
    @FunctionalInterface
    interface Prompt {

        /**
         * A person has to open a page.
         *
         * @param userCode what the person types there; null if the page is enough
         */
        void show(URI page, @Nullable String userCode);
    }

    /**
     * Begins anew at each subscription.
     *
     * @return emits the tokens; fails with {@link TokenRefusal} or
     *     {@link dev.mcpflux.error.McpAuthorizationException}. <em>Cancellation</em> gives the attempt up, and closes what it
     *     has opened.
     */
    Mono<Obtained> obtain(Need need);
}
