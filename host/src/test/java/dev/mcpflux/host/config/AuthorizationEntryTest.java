package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.transport.http.HttpExchangeFilter;
import dev.mcpflux.transport.http.auth.HttpAuthorization;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class AuthorizationEntryTest {

    private static final Map<String, String> VARIABLES = Map.of("ID", "me", "SECRET", "s3cr3t");

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();

    /** Reads an entry that is {@code "url": "https://h/mcp"} and what is given. */
    private ServerDefinition read(String more) throws IOException {
        Path file = Files.writeString(
                directory.resolve("mcp.json"), "{\"mcpServers\":{\"a\":{\"url\":\"https://h/mcp\"" + more + "}}}");
        ConfigFile.Content content = new ConfigFile(file, VARIABLES::get).read();
        warnings.addAll(content.warnings());
        return content.servers().get(0);
    }

    private ServerAuthorization authorization(String more) throws IOException {
        return ((ServerDefinition.Http) read(more)).authorization();
    }

    /** What an authorizer is given; null if it is not asked. */
    private @Nullable HttpAuthorization resolved(String more) throws IOException {
        List<HttpAuthorization> asked = new ArrayList<>();
        new TransportFactory(VARIABLES::get, null, (server, resource, how) -> {
                    assertThat(server).isEqualTo("a");
                    assertThat(resource).isEqualTo(URI.create("https://h/mcp"));
                    asked.add(how);
                    return new NoFilter();
                })
                .transport(read(more))
                .block();
        return asked.isEmpty() ? null : asked.get(0);
    }

    private static final class NoFilter implements HttpExchangeFilter {
        @Override
        public Mono<Map<String, String>> headers(Request request) {
            return Mono.empty();
        }

        @Override
        public Mono<Boolean> sendAgain(Request request, Response response) {
            return Mono.empty();
        }
    }

    private static HttpAuthorization oauth(OAuthSetting setting, String value) {
        return new HttpAuthorization.OAuth(Map.of(setting, value));
    }

    @Test
    void authorizerDoesWhatTheServerAsksByDefault() throws IOException {
        assertThat(resolved("")).isEqualTo(HttpAuthorization.OAuth.DEFAULTS);
        assertThat(resolved(",\"headers\":{\"X\":\"y\"}")).isEqualTo(HttpAuthorization.OAuth.DEFAULTS);
        assertThat(resolved(",\"headers\":{\"authorization\":\"Bearer x\"}")).isNull();
        assertThat(resolved(",\"auth\":\"none\"")).isNull();
        assertThat(resolved(",\"auth\":\"static\",\"headers\":{\"X\":\"y\"}")).isNull();
        assertThat(resolved(",\"auth\":\"oauth\",\"headers\":{\"Authorization\":\"x\"}"))
                .isEqualTo(HttpAuthorization.OAuth.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"clientId":"me"}                                  | CLIENT_ID       | me
            {"clientId":"${ID}"}                               | CLIENT_ID       | me
            {"client_id":"me"}                                 | CLIENT_ID       | me
            {"callbackPort":8080}                              | REDIRECT_PORT   | 8080
            {"redirectPort":"8080"}                            | REDIRECT_PORT   | 8080
            {"authServerMetadataUrl":"https://as/m"}           | METADATA_URL    | https://as/m
            {"scopes":"a b"}                                   | SCOPES          | a b
            {"scopes":["a","b"]}                               | SCOPES          | a b
            {"scope":"a"}                                      | SCOPES          | a
            {"enabled":true,"redirectUri":"http://127.0.0.1:1/x"} | REDIRECT_URI | http://127.0.0.1:1/x
            """)
    void keysOfOtherHostsAreRead(String oauth, OAuthSetting setting, String value) throws IOException {
        assertThat(resolved(",\"oauth\":" + oauth)).isEqualTo(oauth(setting, value));
        assertThat(warnings).isEmpty();
    }

    @Test
    void switchesAreRead() throws IOException {
        assertThat(authorization(",\"oauth\":true")).isEqualTo(ServerAuthorization.oauth());
        assertThat(authorization(",\"oauth\":{}")).isEqualTo(ServerAuthorization.oauth());
        assertThat(authorization(",\"oauth\":false")).isEqualTo(new ServerAuthorization.HeadersOnly());
        assertThat(authorization(",\"oauth\":{\"enabled\":false}")).isEqualTo(new ServerAuthorization.HeadersOnly());
        assertThat(authorization(",\"authProviderType\":\"dynamic_discovery\"")).isEqualTo(ServerAuthorization.oauth());
        assertThat(authorization(",\"auth\":null")).isEqualTo(ServerAuthorization.unspecified());
        assertThat(resolved(",\"auth\":{\"CLIENT_ID\":\"me\"}")).isEqualTo(oauth(OAuthSetting.CLIENT_ID, "me"));
    }

    @Test
    void helpersAreRead() throws IOException {
        assertThat(resolved(",\"headersHelper\":\"get-token ${ID}\""))
                .isEqualTo(new HttpAuthorization.Helper(List.of("get-token", "me")));
        assertThat(resolved(",\"auth\":\"helper\",\"headersHelper\":[\"get token\",\"${ID} x\"]"))
                .isEqualTo(new HttpAuthorization.Helper(List.of("get token", "me x")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "auth":"s3cr3t!"                                  | /auth: expected "none", "static", "helper" or "oauth", found another string
            "auth":"static"                                   | /auth: is "static", and there are no "headers"
            "auth":"helper"                                   | /auth: is "helper", and there is no "headersHelper", the command to run
            "headersHelper":"x","oauth":{}                    | /headersHelper: expected either a helper or "oauth"; this server has both
            "headersHelper":"x 's3cr3t'"                      | /headersHelper: expected an array of strings
            "headersHelper":[]                                | /headersHelper: expected a program and its arguments, found an empty array
            "oauth":"s3cr3t"                                  | /oauth: expected an object, found
            "oauth":{"clientId":["s3cr3t"]}                   | /oauth/clientId: expected a string, found
            "oauth":{"scopes":[1]}                            | /oauth/scopes: expected an array of strings
            "oauth":{"clientId":"s3cr3t","client_id":"b"}     | /oauth/client_id: means the same as another key of this object
            """)
    void mistakesAreNamedWithTheirPlace(String entry, String problem) throws IOException {
        ServerDefinition server = read("," + entry);

        String[] parts = problem.split(": ", 2);
        assertThat(server).isInstanceOfSatisfying(ServerDefinition.Invalid.class, invalid -> {
            assertThat(invalid.problem()).startsWith(parts[1]).doesNotContain("s3cr3t");
            assertThat(String.valueOf(invalid.place())).contains("/mcpServers/a" + parts[0]);
        });
    }

    @Test
    void unknownKeysAreReported() throws IOException {
        read(",\"oauth\":{\"clientId\":\"me\",\"scoopes\":\"x\"}");

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("/oauth/scoopes", "is ignored", "did you mean \"scopes\"?");
    }

    @Test
    void withoutAnAuthorizerOnlyThatServerFails() throws IOException {
        ServerDefinition server = read(",\"oauth\":{\"clientSecret\":\"${SECRET}\"}");

        assertThatThrownBy(() -> new TransportFactory(VARIABLES::get, null, null)
                        .transport(server)
                        .block())
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("server 'a'")
                .hasMessageContaining("HostConfig.Builder.authorizer");
        assertThat(server.toString()).doesNotContain("SECRET");
    }

    @Test
    void refusedSettingsFailThatServer() throws IOException {
        TransportFactory factory = new TransportFactory(VARIABLES::get, null, (name, resource, how) -> {
            throw new IllegalArgumentException("\"grant\" of \"oauth\": no");
        });

        assertThatThrownBy(() ->
                        factory.transport(read(",\"oauth\":{\"grant\":\"x\"}")).block())
                .isInstanceOf(McpConfigurationException.class)
                .hasMessageContaining("server 'a': ")
                .hasMessageContaining("/mcpServers/a/oauth/grant: \"grant\" of \"oauth\": no");
    }

    @Test
    void ownFilterNeedsNoAuthorizer() {
        HttpExchangeFilter filter = new NoFilter();
        ServerDefinition.Http server =
                ServerDefinition.http("a", "https://h/mcp").withAuthorization(ServerAuthorization.filter(filter));

        assertThat(new TransportFactory(VARIABLES::get, null, null)
                        .transport(server)
                        .block())
                .isNotNull();
        assertThat(server.with(o -> o.required(true)).authorization()).isEqualTo(ServerAuthorization.filter(filter));
    }
}
