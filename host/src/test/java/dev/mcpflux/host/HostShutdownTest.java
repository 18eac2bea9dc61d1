package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.TinyServer;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How long a host may take to go down, and what becomes of a server that is slow; with real processes, and none left. */
class HostShutdownTest {

    private final Set<Long> before = Leftovers.processes();

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    /** One that does something else in place of ending when its stdin ends. */
    private static StdioTransport tiny(String name, String end) {
        return StdioTransport.builder(name, "sh")
                .arguments("-c", TinyServer.command().get(2) + "\n" + end)
                .options(StdioOptions.builder()
                        .closeGraces(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10))
                        .build())
                .build();
    }

    @Test
    void aSlowServerHasItsOwnTimeToEnd() {
        HostConfig.Builder config = HostConfig.builder().closeTimeout(Duration.ofSeconds(12));
        for (int i = 0; i < 19; i++) {
            config.server(tiny("s" + i, "exit 0"));
        }
        config.server(tiny("last", "sleep 1"));
        StepVerifier.create(McpHost.use(config.build(), host -> Mono.just("result")))
                .expectNext("result")
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    @Test
    void aServerThatIsTooSlowIsKilledAndNamed() {
        HostConfig config = HostConfig.of(tiny("quick", "exit 0"), tiny("slow", "trap '' TERM\nsleep 60\nsleep 60"))
                .mutate()
                .closeTimeout(Duration.ofMillis(900))
                .build();
        StepVerifier.create(McpHost.use(config, host -> Mono.just("result")))
                .expectNext("result")
                .expectErrorSatisfies(e -> {
                    assertThat(e)
                            .hasMessage(
                                    "the work has completed, but the shutdown took longer than 900 ms: server 'slow'"
                                            + " was waiting for its exit after the end of its stdin and was killed");
                    assertThat(((McpShutdownException) e).workCompleted()).isTrue();
                })
                .verify(Servers.LIMIT);
    }

    @Test
    void theErrorOfTheWorkComesBeforeThatOfTheShutdown() {
        HostConfig config = HostConfig.of(tiny("slow", "trap '' TERM\nsleep 60\nsleep 60"))
                .mutate()
                .closeTimeout(Duration.ofMillis(300))
                .build();
        StepVerifier.create(McpHost.use(config, host -> Mono.error(new IllegalStateException("mine"))))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(IllegalStateException.class).hasMessage("mine");
                    assertThat(e.getSuppressed())
                            .hasOnlyElementsOfType(McpShutdownException.class)
                            .hasSize(1);
                })
                .verify(Servers.LIMIT);
    }

    @Test
    void thousandsOfFailedServersNeedNoStack() throws Exception {
        HostConfig.Builder config = HostConfig.builder();
        for (int i = 0; i < 5_000; i++) {
            String name = "s" + i;
            config.server(new ServerDefinition.Invalid(name, name + " is wrong", null, ServerOptions.defaults()));
        }
        config.server(tiny("good", "exit 0"));
        // loading classes takes more of the stack than running them
        McpHost.use(HostConfig.of(Servers.real("first")), McpHost::tools).blockLast(Servers.LIMIT);
        CountDownLatch ended = new CountDownLatch(1);
        Thread small = new Thread(
                null,
                () -> McpHost.use(
                                config.build(),
                                host -> host.tools().then(Mono.fromRunnable(() -> {
                                    assertThat(host.servers().get(5_000).state())
                                            .isEqualTo(ServerState.READY);
                                })))
                        .subscribe(null, e -> {}, ended::countDown),
                "small",
                128 * 1024);
        small.start();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
