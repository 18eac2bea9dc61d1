package dev.mcpflux.transport.http.auth;

import org.jspecify.annotations.Nullable;

/** What can be configured about OAuth, by the keys of configuration files. */
public enum OAuthSetting {
    /** The id of a client that is registered beforehand. */
    CLIENT_ID("clientId"),
    /** Its secret. */
    CLIENT_SECRET("clientSecret"),
    /** Its private key, as PEM or JWK. */
    PRIVATE_KEY("privateKey"),
    /** How assertions are signed with that key. */
    SIGNING_ALGORITHM("signingAlgorithm"),
    /** How it authenticates: {@code client_secret_basic}, {@code client_secret_post}, {@code private_key_jwt}, {@code none}. */
    AUTH_METHOD("authMethod", "tokenEndpointAuthMethod"),
    /** The only authorization server that it belongs to. */
    ISSUER("issuer"),
    /** Where the metadata of the authorization server are. */
    METADATA_URL("metadataUrl", "authServerMetadataUrl"),
    /** The address of a Client ID Metadata Document. */
    CLIENT_METADATA_URL("clientMetadataUrl", "clientMetadataUri"),
    /** The scopes to ask for, with blanks between them. */
    SCOPES("scopes", "scope"),
    /** The port of {@code 127.0.0.1} that a login comes back to. */
    REDIRECT_PORT("redirectPort", "callbackPort"),
    /** The address that a login comes back to: one on this machine, with a port. */
    REDIRECT_URI("redirectUri"),
    /** {@code authorization_code}, {@code client_credentials}, {@code device_code}, {@code workload_identity}. */
    GRANT("grant"),
    /** The file that holds the assertion of the platform, for {@code workload_identity}. */
    ASSERTION_FILE("assertionFile"),
    /** {@code auto}, {@code always}, {@code never}. */
    DPOP("dpop"),
    /** How long a person may take to log in. */
    LOGIN_TIMEOUT("loginTimeout");

    private final String key;
    private final @Nullable String other;

    OAuthSetting(String key) {
        this(key, null);
    }

    OAuthSetting(String key, @Nullable String other) {
        this.key = key;
        this.other = other;
    }

    /** The key in a configuration file. */
    public String key() {
        return key;
    }

    /** What another host calls it; null if all call it the same. Differences of case and punctuation do not count. */
    public @Nullable String other() {
        return other;
    }
}
