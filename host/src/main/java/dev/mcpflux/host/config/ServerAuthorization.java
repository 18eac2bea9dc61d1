package dev.mcpflux.host.config;

import dev.mcpflux.transport.http.HttpExchangeFilter;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How requests to a server that is reached by a URL are authorized, as data. {@code toString} shows no value. */
public sealed interface ServerAuthorization {

    /**
     * Nothing is configured: the authorizer of the host, if it has one, does what the server asks for, unless an
     * {@code Authorization} header is configured.
     */
    record Unspecified() implements ServerAuthorization {}

    /** By configured headers only, or not at all: a refusal of the server is final. */
    record HeadersOnly() implements ServerAuthorization {}

    /** By the headers that a program prints as JSON. */
    record Helper(List<Template> command) implements ServerAuthorization {
        public Helper {
            command = List.copyOf(command);
        }
    }

    /** By OAuth. */
    record OAuth(Map<OAuthSetting, Template> settings) implements ServerAuthorization {

        public OAuth {
            EnumMap<OAuthSetting, Template> copy = new EnumMap<>(OAuthSetting.class);
            copy.putAll(settings);
            settings = Collections.unmodifiableMap(copy);
        }

        /** Shows the names of the settings. */
        @Override
        public String toString() {
            return "OAuth" + settings.keySet();
        }
    }

    /** By a filter made elsewhere. */
    record Filter(HttpExchangeFilter filter) implements ServerAuthorization {}

    /** Nothing is configured. */
    static ServerAuthorization unspecified() {
        return new Unspecified();
    }

    /** By OAuth, and what the server and its authorization server say. */
    static ServerAuthorization oauth() {
        return new OAuth(Map.of());
    }

    /** By a filter made elsewhere, for example a {@code CredentialFilter} of the module {@code mcpflux-auth}. */
    static ServerAuthorization filter(HttpExchangeFilter filter) {
        return new Filter(filter);
    }
}
