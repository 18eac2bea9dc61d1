package dev.mcpflux.auth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.auth.HelperCommand;
import dev.mcpflux.auth.oauth.OAuthGrant;
import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;

class AuthorizerTest {

    private static final URI RESOURCE = URI.create("https://h/mcp");
    private static final String SECRET = "s3cr3t";

    private static HttpAuthorization.OAuth settings(OAuthSetting setting, String value) {
        return new HttpAuthorization.OAuth(Map.of(setting, value));
    }

    private static OAuthConfiguration read(OAuthSetting setting, String value) {
        return OAuthConfiguration.of(settings(setting, value), UnaryOperator.identity());
    }

    @Test
    void sameConfigurationHasOneSource() {
        Authorizer authorizer = Authorizer.builder().build();
        HttpAuthorization.OAuth settings = settings(OAuthSetting.CLIENT_ID, "me");

        OAuthSource source = authorizer.oauth("srv", RESOURCE, settings);

        assertThat(authorizer.oauth("srv", RESOURCE, settings(OAuthSetting.CLIENT_ID, "me")))
                .isSameAs(source);
        assertThat(authorizer.oauth("other", RESOURCE, settings)).isNotSameAs(source);
        assertThat(authorizer.oauth("srv", URI.create("https://h/other"), settings))
                .isNotSameAs(source);
        assertThat(authorizer.oauth("srv", RESOURCE, settings(OAuthSetting.CLIENT_ID, "you")))
                .isNotSameAs(source);
    }

    @Test
    void helperIsACommand() {
        assertThat(Authorizer.builder()
                        .build()
                        .source("srv", RESOURCE, new HttpAuthorization.Helper(List.of("get-token"))))
                .isInstanceOf(HelperCommand.class);
    }

    @Test
    void closingCompletesTheEvents() {
        Authorizer authorizer = Authorizer.builder().build();
        authorizer.oauth("srv", RESOURCE, HttpAuthorization.OAuth.DEFAULTS);

        StepVerifier.create(
                        authorizer.events().mergeWith(authorizer.close().cast(dev.mcpflux.auth.oauth.OAuthEvent.class)))
                .expectComplete()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void everySettingIsRead(@TempDir Path directory) throws Exception {
        Path assertion = Files.writeString(directory.resolve("token"), "a.b.c\n");
        OAuthConfiguration all = OAuthConfiguration.of(
                new HttpAuthorization.OAuth(Map.ofEntries(
                        Map.entry(OAuthSetting.CLIENT_ID, "me"),
                        Map.entry(OAuthSetting.CLIENT_SECRET, SECRET),
                        Map.entry(OAuthSetting.PRIVATE_KEY, "key"),
                        Map.entry(OAuthSetting.SIGNING_ALGORITHM, "ES256"),
                        Map.entry(OAuthSetting.AUTH_METHOD, "client_secret_post"),
                        Map.entry(OAuthSetting.ISSUER, "https://as"),
                        Map.entry(OAuthSetting.METADATA_URL, "https://as/metadata"),
                        Map.entry(OAuthSetting.CLIENT_METADATA_URL, "https://me/client.json"),
                        Map.entry(OAuthSetting.SCOPES, " a  b "),
                        Map.entry(OAuthSetting.REDIRECT_PORT, "8123"),
                        Map.entry(OAuthSetting.REDIRECT_URI, "http://localhost:8123/back"),
                        Map.entry(OAuthSetting.GRANT, "workload-identity"),
                        Map.entry(OAuthSetting.ASSERTION_FILE, assertion.toString()),
                        Map.entry(OAuthSetting.DPOP, "always"),
                        Map.entry(OAuthSetting.LOGIN_TIMEOUT, "2 min"))),
                options -> options.clientName("mine"));

        assertThat(all.options())
                .isEqualTo(OAuthOptions.builder()
                        .clientName("mine")
                        .clientId("me")
                        .clientSecret(SECRET)
                        .privateKey("key")
                        .signingAlgorithm("ES256")
                        .authMethod("client_secret_post")
                        .issuer("https://as")
                        .metadataUrl(URI.create("https://as/metadata"))
                        .clientMetadataUrl(URI.create("https://me/client.json"))
                        .scopes(List.of("a", "b"))
                        .dpop(OAuthOptions.DpopMode.ALWAYS)
                        .loginTimeout(Duration.ofMinutes(2))
                        .build());
        assertThat(all.grant())
                .isInstanceOfSatisfying(
                        OAuthGrant.WorkloadIdentity.class,
                        grant -> StepVerifier.create(grant.assertion().apply(dev.mcpflux.transport.Caller.ANONYMOUS))
                                .expectNext("a.b.c")
                                .verifyComplete());
        assertThat(OAuthSetting.values()).as("a new setting is read, too").hasSize(15);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ISSUER              | s3cr3t                | "issuer" of "oauth": expected an https URL
            METADATA_URL        | ftp://s3cr3t/         | "metadataUrl" of "oauth": expected an https URL
            CLIENT_METADATA_URL | a b                   | "clientMetadataUrl" of "oauth": expected a URL
            REDIRECT_PORT       | s3cr3t                | "redirectPort" of "oauth": expected a port, 0 for a free one
            REDIRECT_PORT       | 70000                 | "redirectPort" of "oauth": expected a port, 0 for a free one
            REDIRECT_URI        | https://example.org/x | "redirectUri" of "oauth": expected an address of this machine, http://127.0.0.1:PORT/PATH
            GRANT               | password              | "grant" of "oauth": expected "authorization_code", "client_credentials", "device_code" or "workload_identity"
            GRANT               | workload_identity     | "assertionFile" of "oauth": expected the file that holds the assertion of the platform
            DPOP                | s3cr3t                | "dpop" of "oauth": expected "auto", "always" or "never"
            LOGIN_TIMEOUT       | s3cr3t                | "loginTimeout" of "oauth": expected a time
            LOGIN_TIMEOUT       | 0                     | loginTimeout must be positive: PT0S
            """)
    void wrongSettingsAreNamedAndNotQuoted(OAuthSetting setting, String value, String problem) {
        assertThatThrownBy(() -> read(setting, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(problem);
    }

    @Test
    void unreadableKeyIsNotQuoted() {
        assertThatThrownBy(() -> Authorizer.builder()
                        .build()
                        .authorize("srv", RESOURCE, settings(OAuthSetting.PRIVATE_KEY, SECRET)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("private key")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void nothingIsShown() {
        assertThat(settings(OAuthSetting.CLIENT_SECRET, SECRET).toString()).doesNotContain(SECRET);
        assertThat(read(OAuthSetting.CLIENT_SECRET, SECRET).options().toString())
                .doesNotContain(SECRET);
        assertThat(new HttpAuthorization.Helper(List.of("get-token", SECRET)).toString())
                .doesNotContain(SECRET);
        assertThat(Authorizer.builder().build().toString()).isEqualTo("Authorizer[0 servers]");
    }
}
