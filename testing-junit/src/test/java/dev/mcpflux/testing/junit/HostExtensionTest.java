package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import reactor.core.publisher.Mono;

/** Hosts with real processes: they are injected, and none of their processes is left. */
class HostExtensionTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Set<Long> BEFORE = Leftovers.processes();

    @RegisterExtension
    final McpTestExtension<McpHost> mcp = McpTestExtension.host(three());

    private static HostConfig three() {
        return HostConfig.of(process("a"), process("b"), process("c"));
    }

    private static StdioTransport process(String name, String... options) {
        List<String> command = MisbehavingServer.command(options);
        return StdioTransport.builder(name, command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    private static String echo(McpHost host, String tool) {
        CallToolResult result = host.callTool(tool, Map.of("text", "hi")).block(LIMIT);
        return result == null ? "" : result.text();
    }

    @AfterAll
    static void nothingIsLeft() {
        Leftovers.assertNone(BEFORE);
    }

    @Test
    void allServersAreReady(McpHost host) {
        assertThat(host.servers())
                .extracting(ServerStatus::name, ServerStatus::state)
                .containsExactly(
                        tuple("a", ServerState.READY), tuple("b", ServerState.READY), tuple("c", ServerState.READY));
        assertThat(echo(host, "a__echo")).isEqualTo("hi");
    }

    @Test
    void serverMayCrash(McpHost host) {
        assertThat(host.callTool("b__crash", null).onErrorComplete().blockOptional(LIMIT))
                .isEmpty();
        assertThat(echo(host, "c__echo")).isEqualTo("hi");
    }

    @Test
    void testMayCloseTheHost(McpHost host) {
        host.close().block(LIMIT);
    }

    /** One host for all tests of a class, beside the one that each test has. */
    @Nested
    class Shared {

        @RegisterExtension
        static final McpTestExtension<HostForAll> ALL = McpTestExtension.opening(
                HostForAll.class, () -> McpHost.open(three()).map(HostForAll::new), all -> all.host.close());

        @Test
        void one(HostForAll all, McpHost own) {
            assertThat(echo(all.host, "a__echo")).isEqualTo("hi");
            assertThat(echo(own, "a__echo")).isEqualTo("hi");
        }

        @Test
        void another(HostForAll all) {
            assertThat(echo(all.host, "b__echo")).isEqualTo("hi");
        }
    }

    record HostForAll(McpHost host) {}

    // what it reports

    private static Events run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .execute()
                .testEvents();
    }

    /** Each test has a host of its own, with servers of its own. */
    static class OwnServers {
        static final Set<McpHost> HOSTS = ConcurrentHashMap.newKeySet();

        @RegisterExtension
        final McpTestExtension<McpHost> mcp = McpTestExtension.host(() -> HostConfig.of(InMemoryServer.named("m")
                .tool("hi", arguments -> "hi")
                .handle("hang", call -> Mono.never())
                .transport()));

        @Test
        void one(McpHost host) {
            HOSTS.add(host);
            assertThat(echo(host, "m__hi")).isEqualTo("hi");
        }

        @Test
        void two(McpHost host) {
            HOSTS.add(host);
        }
    }

    @Test
    void eachTestHasAHostOfItsOwn() {
        run(OwnServers.class).assertStatistics(stats -> stats.succeeded(2).failed(0));
        assertThat(OwnServers.HOSTS)
                .hasSize(2)
                .allSatisfy(host -> assertThat(host.closed().block(LIMIT)).isNull());
    }

    static class LeavesACall {
        @RegisterExtension
        final McpTestExtension<McpHost> mcp = McpTestExtension.host(HostConfig.of(
                InMemoryServer.named("m").handle("hang", call -> Mono.never()).transport()));

        @Test
        void doesNotWait(McpHost host) {
            host.callTool("m__hang", null).subscribe(result -> {}, e -> {});
        }
    }

    @Test
    void callUnderWayFailsTheTest() {
        run(LeavesACall.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("doesNotWait"),
                                finishedWithFailure(message(text -> text.contains("1 exchange waits")))));
    }
}
