package dev.mcpflux.auth;

import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.util.Set;

/**
 * What credentials are needed for.
 *
 * @param server the name of the server
 * @param caller the caller of the request: credentials of one caller must not serve another
 * @param resource the endpoint of the server; it may hold secrets
 * @param scopes that the server has asked for so far; empty if it has not
 */
public record CredentialRequest(String server, Caller caller, URI resource, Set<String> scopes) {

    public CredentialRequest {
        scopes = Set.copyOf(scopes);
    }

    /** Shows neither the resource nor the caller. */
    @Override
    public String toString() {
        return "CredentialRequest[" + server + "]";
    }
}
