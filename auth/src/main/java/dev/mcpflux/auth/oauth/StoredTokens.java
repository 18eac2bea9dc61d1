package dev.mcpflux.auth.oauth;

import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.auth.store.TokenStoreException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The tokens of one caller for one server in a store. Tokens whose key (DPoP) cannot be read count as missing. */
final class StoredTokens {

    private final TokenStore store;
    private final TokenStore.@Nullable Key key;
    private final Problems problems;
    private final long ahead;

    /**
     * An entry.
     *
     * @param key null where the caller has no name that a store could use: then nothing is stored
     * @param ahead how long before their end tokens are refreshed, in milliseconds
     */
    StoredTokens(TokenStore store, TokenStore.@Nullable Key key, Problems problems, long ahead) {
        this.store = store;
        this.key = key;
        this.problems = problems;
        this.ahead = ahead;
    }

    /** Emits the stored tokens. Completes without them if nothing usable is stored. */
    Mono<HeldTokens> load() {
        return key == null
                ? Mono.empty()
                : store.load(key)
                        .mapNotNull(TokenSet::read)
                        .mapNotNull(this::held)
                        .onErrorMap(e -> problems.of(Reason.STORE, "its tokens cannot be read: " + cause(e)));
    }

    private @Nullable HeldTokens held(TokenSet tokens) {
        DpopKey bound = tokens.dpopKey() == null ? null : DpopKey.read(tokens.dpopKey());
        return tokens.dpopKey() != null && bound == null ? null : HeldTokens.of(tokens, bound, ahead, true);
    }

    Mono<Void> save(TokenSet tokens) {
        return key == null
                ? Mono.empty()
                : store.save(key, tokens.write())
                        .onErrorMap(e -> problems.of(Reason.STORE, "its tokens cannot be kept: " + cause(e)));
    }

    Mono<Void> remove() {
        return key == null
                ? Mono.empty()
                : store.remove(key)
                        .onErrorMap(e -> problems.of(Reason.STORE, "its tokens cannot be removed: " + cause(e)));
    }

    /** What a store says is for people; anything else may quote what is kept. */
    private static String cause(Throwable e) {
        return e instanceof TokenStoreException known
                ? known.problem()
                : e.getClass().getSimpleName();
    }
}
