/**
 * OAuth 2.1 as MCP uses it: discovery, client identity, grants, refresh, step-up. {@link dev.mcpflux.auth.oauth.OAuthSource} is the
 * {@link dev.mcpflux.auth.CredentialSource} to configure; {@link dev.mcpflux.auth.oauth.CallerTokens} holds the order of the steps.
 */
@NullMarked
package dev.mcpflux.auth.oauth;

import org.jspecify.annotations.NullMarked;
