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
 * @param method of the HTTP request
 * @param url where the HTTP request goes, which may be another path of the server; it may hold secrets
 * @param attempt 1 for the first time the request is sent
 */
public record CredentialRequest(
        String server, Caller caller, URI resource, Set<String> scopes, String method, URI url, int attempt) {

    public CredentialRequest {
        scopes = Set.copyOf(scopes);
    }

    /** For the first attempt of a POST to the endpoint. */
    public CredentialRequest(String server, Caller caller, URI resource, Set<String> scopes) {
        this(server, caller, resource, scopes, "POST", resource, 1);
    }

    /** Shows neither the resource nor the caller. */
    @Override
    public String toString() {
        return "CredentialRequest[" + server + "]";
    }
}
