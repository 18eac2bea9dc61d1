package dev.mcpflux.auth.store;

import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps tokens and registrations of clients. What it keeps are secrets as texts, whose form is that of mcpflux: it must not
 * show them. Any thread calls it, for several entries at a time; of two writes of one entry the last one counts.
 *
 * <p>An error fails the request that needed the entry. A store that may fail for a while should retry by itself.
 */
public interface TokenStore {

    /** What an entry holds. */
    enum Kind {
        /** The tokens of a caller for a server. */
        TOKENS,
        /** The registration of this client with an authorization server. */
        CLIENT
    }

    /**
     * The name of an entry.
     *
     * @param server the name of the server
     * @param resource its address; it may be a secret
     * @param caller the caller, empty for the anonymous one; of a registration the id of the client, empty for the registration
     *     that the next login uses
     * @param issuer of the authorization server; empty for tokens, which name theirs in their text
     */
    record Key(Kind kind, String server, String resource, String caller, String issuer) {

        public Key {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(server, "server");
            Objects.requireNonNull(resource, "resource");
            Objects.requireNonNull(caller, "caller");
            Objects.requireNonNull(issuer, "issuer");
        }

        /** Shows neither the resource nor the caller. */
        @Override
        public String toString() {
            return kind + " of " + server;
        }
    }

    /** Emits the text of an entry. Completes without it if the store has no such entry. */
    Mono<String> load(Key key);

    /** Keeps an entry, in place of the one before; completes when it is kept. */
    Mono<Void> save(Key key, String secret);

    /** Removes an entry; completes when it is gone, also if there was none. */
    Mono<Void> remove(Key key);

    /** Emits the names of all entries. */
    Flux<Key> keys();

    /** A store in memory, which forgets the oldest of more than 10,000 entries. */
    static TokenStore memory() {
        return new MemoryTokenStore();
    }
}
