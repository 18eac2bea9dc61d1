package dev.mcpflux.cli.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.testing.http.Gate;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class RegistrySourceTest {

    private static final String SERVER =
            "{\"server\":{\"name\":\"io.github.user/tides\",\"version\":\"1.0.0+b\",\"packages\":"
                    + "[{\"registryType\":\"npm\",\"identifier\":\"tides\",\"version\":\"1.0.0\"}]},\"_meta\":{}}";

    private static InstallOptions.Builder registry(ScriptedHttpServer server) {
        return InstallOptions.builder().registry(URI.create("http://127.0.0.1:" + server.port() + "/base/"));
    }

    private static Proposal propose(String name, InstallOptions options) {
        return InstallSource.of(List.of(name), options).propose().block();
    }

    private static void failing(HttpHandler handler, String name, Class<?> type, String problem) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(handler)) {
            assertThatThrownBy(() -> propose(name, registry(server).build()))
                    .isInstanceOf(type)
                    .hasMessageContaining(problem);
        }
    }

    @Test
    void serverIsLookedUpByNameAndVersion() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.json(SERVER))) {
            Proposal latest = propose("io.github.user/tides", registry(server).build());
            propose("io.github.user/tides@1.0.0+b", registry(server).build());
            assertThat(latest.name()).isEqualTo("tides");
            assertThat(latest.entry().path("args").toString()).isEqualTo("[\"-y\",\"tides@1.0.0\"]");
            assertThat(server.requests())
                    .extracting(request -> request.path())
                    .containsExactly(
                            "/base/v0.1/servers/io.github.user%2Ftides/versions/latest",
                            "/base/v0.1/servers/io.github.user%2Ftides/versions/1.0.0%2Bb");
        }
    }

    @Test
    void missingServerIsAnErrorWithTheNextStep() {
        failing(
                (request, reply) -> reply.status(404, "application/json", "{\"error\":\"Server not found\"}"),
                "io.github.user/tides@2",
                McpConfigurationException.class,
                "has no server io.github.user/tides@2; check its name and version");
        failing((request, reply) -> reply.status(410, "", ""), "a.b/c", McpConfigurationException.class, "was deleted");
        failing(
                (request, reply) -> {
                    if (request.path().endsWith("?include_deleted=true")) {
                        reply.json(SERVER.replace(
                                "\"_meta\":{}",
                                "\"_meta\":{\"io.modelcontextprotocol.registry/official\":{\"status\":\"deleted\"}}"));
                    } else {
                        reply.status(404, "", "");
                    }
                },
                "io.github.user/tides",
                McpConfigurationException.class,
                "was deleted from the registry");
    }

    @Test
    void answerIsNotTrusted() {
        failing(
                (request, reply) -> reply.json(SERVER),
                "io.github.other/tides",
                McpConfigurationException.class,
                "found another one");
        failing(
                (request, reply) -> reply.json(SERVER),
                "io.github.user/tides@9",
                McpConfigurationException.class,
                "expected version 9");
        failing(
                (request, reply) -> reply.json("<html>"),
                "a.b/c",
                McpConfigurationException.class,
                "found text that is not JSON");
        failing(
                (request, reply) -> reply.json("\"" + "x".repeat(1024 * 1024) + "\""),
                "a.b/c",
                McpConfigurationException.class,
                "is longer than 1048576 bytes");
        failing(
                (request, reply) -> reply.status(500, "", ""),
                "a.b/c",
                McpConnectionException.class,
                "HTTP status 500");
        failing((request, reply) -> reply.reset(), "a.b/c", McpConnectionException.class, "cannot be reached");
        failing(
                (request, reply) -> reply.status(302, "", "", "Location: https://elsewhere.example/x?token=secret"),
                "a.b/c",
                McpConfigurationException.class,
                "redirects to https://elsewhere.example, which is not followed");
        failing(
                (request, reply) -> reply.status(307, "", "", "Location: " + request.path() + "?"),
                "a.b/c",
                McpConfigurationException.class,
                "too many redirects");
    }

    @Test
    void redirectToTheSameOriginIsFollowed() {
        HttpHandler handler = (request, reply) -> {
            if (request.path().startsWith("/base")) {
                reply.status(308, "", "", "Location: /moved");
            } else {
                reply.json(SERVER);
            }
        };
        try (ScriptedHttpServer server = ScriptedHttpServer.start(handler)) {
            assertThat(propose("io.github.user/tides", registry(server).build()).name())
                    .isEqualTo("tides");
        }
    }

    @Test
    void silentRegistryIsATimeout() {
        Gate gate = new Gate();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.await(gate).json(SERVER))) {
            InstallOptions options =
                    registry(server).timeout(Duration.ofMillis(50)).build();
            assertThatThrownBy(() -> propose("io.github.user/tides", options))
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessageContaining("waiting for the registry (http://127.0.0.1:" + server.port() + ")");
        }
    }

    @Test
    void proxyIsUsed() {
        try (ScriptedHttpServer proxy = ScriptedHttpServer.start((request, reply) -> reply.status(502, "", ""))) {
            InstallOptions options = InstallOptions.builder()
                    .registry(URI.create("https://registry.example"))
                    .proxies(ProxySettings.of("http://127.0.0.1:" + proxy.port()))
                    .build();
            assertThatThrownBy(() -> propose("io.github.user/tides", options))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("the registry (https://registry.example) cannot be reached");
            assertThat(proxy.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.httpMethod()).isEqualTo("CONNECT"));
        }
    }

    @Test
    void addressOfTheRegistryIsChecked() {
        for (String url :
                List.of("http://registry.example", "https://user:secret@registry.example", "ftp://x", "https:///x")) {
            InstallOptions options =
                    InstallOptions.builder().registry(URI.create(url)).build();
            assertThatThrownBy(() -> propose("io.github.user/tides", options))
                    .isInstanceOf(McpConfigurationException.class)
                    .hasMessageContaining("the address of the registry")
                    .message()
                    .doesNotContain("secret");
        }
    }

    @Test
    void cancellingClosesTheConnection() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            asked.countDown();
            reply.awaitDisconnect();
            closed.countDown();
        })) {
            Mono<Proposal> proposal = InstallSource.of(
                            List.of("io.github.user/tides"), registry(server).build())
                    .propose();
            assertThat(server.requests()).isEmpty();
            Disposable running = proposal.subscribe();
            asked.await();
            running.dispose();
            closed.await();
        }
    }
}
