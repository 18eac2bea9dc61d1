package dev.mcpflux.auth.oauth;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is configured for the authorization at one server. Immutable; {@code toString} shows no secret. */
public final class OAuthOptions {

    private static final OAuthOptions DEFAULTS = builder().build();

    /** What a request does while a person has to log in. */
    public enum LoginMode {
        /** It waits, within its own time-out. */
        WAIT,
        /**
         * It fails at once with {@link dev.mcpflux.error.McpAuthorizationRequiredException}, which has the address of the
         * login. The login goes on, and once it has succeeded, so do requests.
         */
        FAIL,
        /** It fails at once, and no login is begun. For programs that run without a person. */
        NEVER
    }

    /** Whether tokens are bound to a key. */
    public enum DpopMode {
        /** Where the server asks for it. */
        AUTO,
        /** Always; an authorization server that does not support it is refused. */
        ALWAYS,
        /** Never. */
        NEVER
    }

    private final @Nullable String clientId;
    private final @Nullable String clientSecret;
    private final @Nullable String privateKey;
    private final @Nullable String signingAlgorithm;
    private final @Nullable String authMethod;
    private final @Nullable String issuer;
    private final @Nullable URI metadataUrl;
    private final @Nullable URI clientMetadataUrl;
    private final String clientName;
    private final @Nullable List<String> scopes;
    private final DpopMode dpop;
    private final LoginMode loginMode;
    private final Duration loginTimeout;
    private final Duration requestTimeout;
    private final Duration refreshAhead;

    private OAuthOptions(Builder from) {
        clientId = from.clientId;
        clientSecret = from.clientSecret;
        privateKey = from.privateKey;
        signingAlgorithm = from.signingAlgorithm;
        authMethod = from.authMethod;
        issuer = from.issuer;
        metadataUrl = from.metadataUrl;
        clientMetadataUrl = from.clientMetadataUrl;
        clientName = Objects.requireNonNull(from.clientName, "clientName");
        scopes = from.scopes == null ? null : List.copyOf(from.scopes);
        dpop = Objects.requireNonNull(from.dpop, "dpop");
        loginMode = Objects.requireNonNull(from.loginMode, "loginMode");
        loginTimeout = requirePositive(from.loginTimeout, "loginTimeout");
        requestTimeout = requirePositive(from.requestTimeout, "requestTimeout");
        refreshAhead = requirePositive(from.refreshAhead, "refreshAhead");
    }

    private static Duration requirePositive(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    public static OAuthOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.clientId = clientId;
        builder.clientSecret = clientSecret;
        builder.privateKey = privateKey;
        builder.signingAlgorithm = signingAlgorithm;
        builder.authMethod = authMethod;
        builder.issuer = issuer;
        builder.metadataUrl = metadataUrl;
        builder.clientMetadataUrl = clientMetadataUrl;
        builder.clientName = clientName;
        builder.scopes = scopes;
        builder.dpop = dpop;
        builder.loginMode = loginMode;
        builder.loginTimeout = loginTimeout;
        builder.requestTimeout = requestTimeout;
        builder.refreshAhead = refreshAhead;
        return builder;
    }

    /** The id of a client that is registered beforehand; default none: then the document of {@link #clientMetadataUrl} is the client, or mcpflux registers one. */
    public @Nullable String clientId() {
        return clientId;
    }

    /** The secret of that client; default none. */
    public @Nullable String clientSecret() {
        return clientSecret;
    }

    /** The private key of that client, as PEM (PKCS #8) or JWK: it authenticates by {@code private_key_jwt} (RFC 7523); default none. */
    public @Nullable String privateKey() {
        return privateKey;
    }

    /** How assertions are signed with that key; default what fits the key: {@code ES256} and the like, {@code RS256}. */
    public @Nullable String signingAlgorithm() {
        return signingAlgorithm;
    }

    /** How the client authenticates: {@code client_secret_basic}, {@code client_secret_post}, {@code private_key_jwt}, {@code none}; default what the authorization server offers, in this order. */
    public @Nullable String authMethod() {
        return authMethod;
    }

    /** The only authorization server that this client belongs to; default the first that the server names, and from then on that one. */
    public @Nullable String issuer() {
        return issuer;
    }

    /** Where the metadata of the authorization server are; default where the server says. */
    public @Nullable URI metadataUrl() {
        return metadataUrl;
    }

    /** The address of a Client ID Metadata Document, which is used where the authorization server reads it; default none. */
    public @Nullable URI clientMetadataUrl() {
        return clientMetadataUrl;
    }

    /** The name that people see when they log in, of a client that mcpflux registers; default {@code mcpflux}. */
    public String clientName() {
        return clientName;
    }

    /** The scopes to ask for, whatever the server says; default those that it asks for. */
    public @Nullable List<String> scopes() {
        return scopes;
    }

    /** Whether tokens are bound to a key (DPoP, RFC 9449); default where the server asks for it. */
    public DpopMode dpop() {
        return dpop;
    }

    /** What a request does while a person has to log in; default it waits. */
    public LoginMode loginMode() {
        return loginMode;
    }

    /** How long a person may take to log in; default 5 min. */
    public Duration loginTimeout() {
        return loginTimeout;
    }

    /** How long one request to an authorization server may take; default 10 s. */
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /** How long before its end a token is refreshed, at most a fifth of its life; default 30 s. */
    public Duration refreshAhead() {
        return refreshAhead;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OAuthOptions that
                && Objects.equals(clientId, that.clientId)
                && Objects.equals(clientSecret, that.clientSecret)
                && Objects.equals(privateKey, that.privateKey)
                && Objects.equals(signingAlgorithm, that.signingAlgorithm)
                && Objects.equals(authMethod, that.authMethod)
                && Objects.equals(issuer, that.issuer)
                && Objects.equals(metadataUrl, that.metadataUrl)
                && Objects.equals(clientMetadataUrl, that.clientMetadataUrl)
                && Objects.equals(clientName, that.clientName)
                && Objects.equals(scopes, that.scopes)
                && Objects.equals(dpop, that.dpop)
                && Objects.equals(loginMode, that.loginMode)
                && Objects.equals(loginTimeout, that.loginTimeout)
                && Objects.equals(requestTimeout, that.requestTimeout)
                && Objects.equals(refreshAhead, that.refreshAhead);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                clientId,
                clientSecret,
                privateKey,
                signingAlgorithm,
                authMethod,
                issuer,
                metadataUrl,
                clientMetadataUrl,
                clientName,
                scopes,
                dpop,
                loginMode,
                loginTimeout,
                requestTimeout,
                refreshAhead);
    }

    @Override
    public String toString() {
        return "OAuthOptions[clientId=" + clientId + ", issuer=" + issuer + ", scopes=" + scopes + ", " + dpop + ", "
                + loginMode + "]";
    }

    /** Collects options. */
    public static final class Builder {
        private @Nullable String clientId;
        private @Nullable String clientSecret;
        private @Nullable String privateKey;
        private @Nullable String signingAlgorithm;
        private @Nullable String authMethod;
        private @Nullable String issuer;
        private @Nullable URI metadataUrl;
        private @Nullable URI clientMetadataUrl;
        private String clientName = "mcpflux";
        private @Nullable List<String> scopes;
        private DpopMode dpop = DpopMode.AUTO;
        private LoginMode loginMode = LoginMode.WAIT;
        private Duration loginTimeout = Duration.ofMinutes(5);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private Duration refreshAhead = Duration.ofSeconds(30);

        private Builder() {}

        /** See {@link OAuthOptions#clientId()}. */
        public Builder clientId(@Nullable String value) {
            clientId = value;
            return this;
        }

        /** See {@link OAuthOptions#clientSecret()}. */
        public Builder clientSecret(@Nullable String value) {
            clientSecret = value;
            return this;
        }

        /** See {@link OAuthOptions#privateKey()}. */
        public Builder privateKey(@Nullable String value) {
            privateKey = value;
            return this;
        }

        /** See {@link OAuthOptions#signingAlgorithm()}. */
        public Builder signingAlgorithm(@Nullable String value) {
            signingAlgorithm = value;
            return this;
        }

        /** See {@link OAuthOptions#authMethod()}. */
        public Builder authMethod(@Nullable String value) {
            authMethod = value;
            return this;
        }

        /** See {@link OAuthOptions#issuer()}. */
        public Builder issuer(@Nullable String value) {
            issuer = value;
            return this;
        }

        /** See {@link OAuthOptions#metadataUrl()}. */
        public Builder metadataUrl(@Nullable URI value) {
            metadataUrl = value;
            return this;
        }

        /** See {@link OAuthOptions#clientMetadataUrl()}. */
        public Builder clientMetadataUrl(@Nullable URI value) {
            clientMetadataUrl = value;
            return this;
        }

        /** See {@link OAuthOptions#clientName()}. */
        public Builder clientName(String value) {
            clientName = value;
            return this;
        }

        /** See {@link OAuthOptions#scopes()}. */
        public Builder scopes(@Nullable List<String> value) {
            scopes = value;
            return this;
        }

        /** See {@link OAuthOptions#dpop()}. */
        public Builder dpop(DpopMode value) {
            dpop = value;
            return this;
        }

        /** See {@link OAuthOptions#loginMode()}. */
        public Builder loginMode(LoginMode value) {
            loginMode = value;
            return this;
        }

        /** See {@link OAuthOptions#loginTimeout()}. */
        public Builder loginTimeout(Duration value) {
            loginTimeout = value;
            return this;
        }

        /** See {@link OAuthOptions#requestTimeout()}. */
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /** See {@link OAuthOptions#refreshAhead()}. */
        public Builder refreshAhead(Duration value) {
            refreshAhead = value;
            return this;
        }

        public OAuthOptions build() {
            return new OAuthOptions(this);
        }
    }
}
