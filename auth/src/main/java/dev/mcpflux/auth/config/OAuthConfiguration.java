package dev.mcpflux.auth.config;

import dev.mcpflux.auth.oauth.OAuthGrant;
import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.auth.oauth.RedirectReceiver;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads the settings of a configuration file. Its errors name the setting, and quote no value. */
record OAuthConfiguration(OAuthOptions options, OAuthGrant grant, RedirectReceiver receiver) {

    private static final int MAX_PORT = 65_535;

    /**
     * Reads settings.
     *
     * @param defaults what is not set here
     * @throws IllegalArgumentException if one makes no sense
     */
    static OAuthConfiguration of(HttpAuthorization.OAuth settings, UnaryOperator<OAuthOptions.Builder> defaults) {
        OAuthOptions.Builder options = defaults.apply(OAuthOptions.builder());
        Function<String, String> same = Function.identity();
        set(settings, OAuthSetting.CLIENT_ID, same, options::clientId);
        set(settings, OAuthSetting.CLIENT_SECRET, same, options::clientSecret);
        set(settings, OAuthSetting.PRIVATE_KEY, same, options::privateKey);
        set(settings, OAuthSetting.SIGNING_ALGORITHM, same, options::signingAlgorithm);
        set(settings, OAuthSetting.AUTH_METHOD, same, options::authMethod);
        set(settings, OAuthSetting.ISSUER, issuer -> https(issuer).toString(), options::issuer);
        set(settings, OAuthSetting.METADATA_URL, OAuthConfiguration::https, options::metadataUrl);
        set(settings, OAuthSetting.CLIENT_METADATA_URL, OAuthConfiguration::https, options::clientMetadataUrl);
        set(settings, OAuthSetting.SCOPES, OAuthConfiguration::words, options::scopes);
        set(settings, OAuthSetting.DPOP, OAuthConfiguration::dpop, options::dpop);
        set(settings, OAuthSetting.LOGIN_TIMEOUT, OAuthConfiguration::duration, options::loginTimeout);
        return new OAuthConfiguration(options.build(), grant(settings), receiver(settings));
    }

    private static <T> void set(
            HttpAuthorization.OAuth settings, OAuthSetting setting, Function<String, T> reader, Consumer<T> target) {
        String value = settings.get(setting);
        if (value != null) {
            try {
                target.accept(reader.apply(value.strip()));
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw wrong(setting, e instanceof DateTimeParseException ? "expected a time" : e.getMessage());
            }
        }
    }

    private static IllegalArgumentException wrong(OAuthSetting setting, @Nullable String problem) {
        return new IllegalArgumentException("\"" + setting.key() + "\" of \"oauth\": " + problem);
    }

    private static URI https(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a URL");
        }
        if (url.getHost() == null || !List.of("https", "http").contains(String.valueOf(url.getScheme()))) {
            throw new IllegalArgumentException("expected an https URL");
        }
        return url;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("[\\s,]+"));
    }

    private static OAuthOptions.DpopMode dpop(String text) {
        try {
            return OAuthOptions.DpopMode.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected \"auto\", \"always\" or \"never\"");
        }
    }

    /** Seconds, or a number with a unit. */
    private static Duration duration(String text) {
        String lower = text.toLowerCase(Locale.ROOT).replace(" ", "");
        return Duration.parse("PT" + (lower.matches("\\d+") ? lower + "s" : lower.replace("min", "m")));
    }

    private static RedirectReceiver receiver(HttpAuthorization.OAuth settings) {
        String port = settings.get(OAuthSetting.REDIRECT_PORT);
        String uri = settings.get(OAuthSetting.REDIRECT_URI);
        if (uri != null) {
            return atAddress(uri, port);
        }
        return port == null ? RedirectReceiver.loopback() : RedirectReceiver.loopback(port(port));
    }

    private static RedirectReceiver atAddress(String uri, @Nullable String port) {
        URI redirect;
        try {
            redirect = https(uri);
            if (port != null && port(port) != redirect.getPort()) {
                throw wrong(OAuthSetting.REDIRECT_URI, "has another port than \"redirectPort\"");
            }
            return RedirectReceiver.loopback(redirect);
        } catch (IllegalArgumentException e) {
            throw wrong(OAuthSetting.REDIRECT_URI, e.getMessage());
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(OAuthSetting.REDIRECT_PORT, "expected a port, 0 for a free one");
    }

    private static OAuthGrant grant(HttpAuthorization.OAuth settings) {
        String given = settings.get(OAuthSetting.GRANT);
        String grant = given == null
                ? "authorization_code"
                : given.strip().replace('-', '_').toLowerCase(Locale.ROOT);
        return switch (grant) {
            case "authorization_code" -> new OAuthGrant.AuthorizationCode();
            case "client_credentials" -> new OAuthGrant.ClientCredentials();
            case "device_code" -> new OAuthGrant.DeviceCode();
            case "workload_identity" -> {
                String file = settings.get(OAuthSetting.ASSERTION_FILE);
                if (file == null) {
                    throw wrong(
                            OAuthSetting.ASSERTION_FILE, "expected the file that holds the assertion of the platform");
                }
                Path path = Path.of(file);
                yield new OAuthGrant.WorkloadIdentity(caller ->
                        // read each time, because the platform writes it anew
                        Mono.fromCallable(() -> Files.readString(path).strip())
                                .subscribeOn(Schedulers.boundedElastic()));
            }
            default ->
                throw wrong(
                        OAuthSetting.GRANT,
                        "expected \"authorization_code\", \"client_credentials\", \"device_code\" or \"workload_identity\"");
        };
    }
}
