package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.auth.CredentialFilter;
import dev.mcpflux.auth.CredentialSource;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.config.Authorizer;
import dev.mcpflux.auth.oauth.Browser;
import dev.mcpflux.auth.oauth.OAuthOptions.LoginMode;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerAuthorization;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.protocol.CallToolResult;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The snippets of docs/security.md: the programs stand here, so they compile, and every configuration is accepted. */
class SecurityDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "security.md");
    private static final Path THIS = Path.of("src/test/java/dev/mcpflux/SecurityDocumentTest.java");

    private static List<String> snippets(String language) throws IOException {
        Matcher snippets = Pattern.compile("```" + language + "\\n(.*?)\\n```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT));
        return snippets.results().map(match -> match.group(1)).toList();
    }

    /** Without the indentation and the line breaks, which differ. */
    private static String code(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining());
    }

    @Test
    void programsAreCompiled() throws IOException {
        String own = code(Files.readString(THIS));

        assertThat(snippets("java"))
                .hasSize(2)
                .allSatisfy(snippet -> assertThat(own).contains(code(snippet)));
    }

    @Test
    void configurationsAreAccepted(@TempDir Path directory) throws IOException {
        Authorizer authorizer = Authorizer.builder().build();
        TransportFactory transports = new TransportFactory(name -> null, null, authorizer);
        List<String> snippets = snippets("json");
        assertThat(snippets).isNotEmpty();
        for (String snippet : snippets) {
            HostConfig config = HostConfig.load(Files.writeString(directory.resolve("mcp.json"), snippet));

            assertThat(config.warnings()).isEmpty();
            assertThat(config.servers())
                    .hasSize(5)
                    .allSatisfy(server ->
                            assertThat(transports.transport(server).block()).isNotNull());
        }
        authorizer.close().block();
    }

    /** A program of the document. */
    static Mono<String> useOne(Path file) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> Authorizer.builder()
                        .store(TokenStore.memory())
                        .browser(Browser.none())
                        .options(options -> options.loginMode(LoginMode.FAIL))
                        .build()),
                authorizer -> McpHost.useOne(
                                HostConfig.load(file)
                                        .mutate()
                                        .authorizer(authorizer)
                                        .build(),
                                host -> host.callTool("tracker__search", Map.of("query", "bug")))
                        .map(CallToolResult::text)
                        .onErrorResume(McpAuthorizationRequiredException.class, e -> Mono.just("log in at " + e.url())),
                Authorizer::close);
    }

    /** Another one. */
    static ServerDefinition fixed(String token) {
        CredentialSource source = CredentialSource.fixed(Credentials.bearer(token));
        ServerDefinition server = ServerDefinition.http("wiki", "https://wiki.example.org/mcp")
                .withAuthorization(ServerAuthorization.filter(
                        CredentialFilter.create("wiki", URI.create("https://wiki.example.org/mcp"), source)));
        return server;
    }

    @Test
    void fixedTokensAreNotShown() {
        assertThat(fixed("s3cr3t").toString()).doesNotContain("s3cr3t");
    }
}
