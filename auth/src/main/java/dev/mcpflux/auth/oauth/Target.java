package dev.mcpflux.auth.oauth;

import java.net.URI;

/**
 * One MCP server, and what is used to obtain tokens for it. It is not keyed by caller: what it keeps belongs to this side as a
 * client, and to nobody in particular.
 */
record Target(
        String server,
        URI resource,
        OAuthOptions options,
        Problems problems,
        GuardedHttp http,
        Discovery discovery,
        Clients clients,
        TokenEndpoint tokens,
        GrantFlow flow,
        boolean interactive) {

    /** Shows the name only. */
    @Override
    public String toString() {
        return "Target[" + server + "]";
    }
}
