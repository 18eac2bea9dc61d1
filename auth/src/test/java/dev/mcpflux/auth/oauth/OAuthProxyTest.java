package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

class OAuthProxyTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static GuardedHttp http(ProxySettings proxies) {
        return new GuardedHttp(
                HttpClient.newConnection(),
                proxies,
                Reach.PUBLIC,
                Set.of(),
                LIMIT,
                Schedulers.parallel(),
                new Problems("srv"));
    }

    @Test
    void requestsGoThroughTheProxyAndItResolvesNames() {
        try (ScriptedHttpServer proxy =
                ScriptedHttpServer.start((request, reply) -> reply.status(403, "text/plain", ""))) {
            ProxySettings proxies = ProxySettings.of("http://127.0.0.1:" + proxy.port());

            assertThatThrownBy(() -> http(proxies)
                            .get(URI.create("https://as.invalid/.well-known/openid-configuration"), "the metadata")
                            .block(LIMIT))
                    .isInstanceOf(McpAuthorizationException.class)
                    .hasMessageContaining("the metadata (https://as.invalid) cannot be reached");
            assertThat(proxy.requests()).extracting(RecordedRequest::httpMethod).containsExactly("CONNECT");
        }
    }

    @Test
    void unknownProxyIsAnError() {
        assertThatThrownBy(() -> http(ProxySettings.of("http://proxy.invalid:1"))
                        .get(URI.create("https://as.invalid/"), "the metadata")
                        .block(LIMIT))
                .isInstanceOf(McpAuthorizationException.class)
                .hasMessageContaining("cannot be reached");
    }
}
