package dev.mcpflux.host.variable;

import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Where the secrets are that a configuration names by {@code ${secret:NAME}} or {@code ${op://vault/item/field}}. {@link
 * SecretStores} has those of operating systems and password managers. An implementation may be found by {@link
 * java.util.ServiceLoader}: it is asked first where an application sets none itself.
 */
@FunctionalInterface
public interface SecretStore {

    /**
     * Looks a secret up. Each start of a server does so anew.
     *
     * @param name letters, digits and {@code _ . - /}, not beginning with a dash; or a reference that begins with {@code op://}
     * @return emits the secret; completes without one if this store has none of that name. If it fails, the server that needs it
     *     fails to start; the text of an {@link dev.mcpflux.error.McpException} is shown, of any other error only its class.
     *     <em>Cancellation</em> ends the look-up. It is subscribed on a thread that may block.
     */
    Mono<String> secret(String name);

    /** This store, and another one for what this has not. */
    default SecretStore or(SecretStore other) {
        Objects.requireNonNull(other, "other");
        return name -> secret(name).switchIfEmpty(Mono.defer(() -> other.secret(name)));
    }
}
