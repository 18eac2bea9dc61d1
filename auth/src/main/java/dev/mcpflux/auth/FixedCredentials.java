package dev.mcpflux.auth;

import reactor.core.publisher.Mono;

/** The same credentials for every caller; a refusal is final. */
final class FixedCredentials implements CredentialSource {

    private final Mono<Credentials> same;

    FixedCredentials(Credentials credentials) {
        this.same = Mono.just(credentials);
    }

    @Override
    public Mono<Credentials> credentials(CredentialRequest request) {
        return same;
    }

    @Override
    public Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal) {
        return Mono.just(false);
    }
}
