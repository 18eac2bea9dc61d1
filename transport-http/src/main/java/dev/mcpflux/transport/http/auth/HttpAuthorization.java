package dev.mcpflux.transport.http.auth;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How requests to a server are authorized, as configured and with variables resolved. {@code toString} shows no value. */
public sealed interface HttpAuthorization {

    /**
     * By the headers that a program prints.
     *
     * @param command the program and its arguments
     */
    record Helper(List<String> command) implements HttpAuthorization {

        public Helper {
            command = List.copyOf(command);
        }

        /** Shows no argument. */
        @Override
        public String toString() {
            return "Helper[" + (command.isEmpty() ? "" : command.get(0)) + "]";
        }
    }

    /** By OAuth. */
    record OAuth(Map<OAuthSetting, String> settings) implements HttpAuthorization {

        /** Whatever the server and its authorization server say. */
        public static final OAuth DEFAULTS = new OAuth(Map.of());

        public OAuth {
            EnumMap<OAuthSetting, String> copy = new EnumMap<>(OAuthSetting.class);
            copy.putAll(settings);
            settings = Collections.unmodifiableMap(copy);
        }

        /** The value of a setting; null if it is not given. */
        public @Nullable String get(OAuthSetting setting) {
            return settings.get(setting);
        }

        /** Shows the names of the settings. */
        @Override
        public String toString() {
            return "OAuth" + settings.keySet();
        }
    }
}
