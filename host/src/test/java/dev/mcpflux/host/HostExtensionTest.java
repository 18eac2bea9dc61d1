package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.junit.McpTestExtension;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension of the test kit with a host and real processes: what it injects works, and it leaves none of them. */
class HostExtensionTest {

    @RegisterExtension
    final McpTestExtension<McpHost> mcp = McpTestExtension.opening(
                    McpHost.class, () -> McpHost.open(Servers.three()), McpHost::close)
            .servers(HostExtensionTest::processes)
            .pending(McpHost::pendingRequests);

    private static Map<String, @Nullable Long> processes(McpHost host) {
        Map<String, @Nullable Long> pids = new HashMap<>();
        host.servers().forEach(server -> pids.put(server.name(), server.pid()));
        return pids;
    }

    private static String echo(McpHost host, String tool) {
        CallToolResult result = host.callTool(tool, Map.of("text", "hi")).block(Servers.LIMIT);
        return result == null ? "" : result.text();
    }

    @Test
    void allServersAreThere(McpHost host) {
        assertThat(host.servers())
                .extracting(ServerStatus::name, ServerStatus::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", ServerState.READY),
                        org.assertj.core.groups.Tuple.tuple("b", ServerState.READY),
                        org.assertj.core.groups.Tuple.tuple("c", ServerState.READY));
        assertThat(echo(host, "a__echo")).isEqualTo("hi");
    }

    @Test
    void aServerMayCrash(McpHost host) {
        assertThat(host.callTool("b__crash", null).onErrorComplete().blockOptional(Servers.LIMIT))
                .isEmpty();
        assertThat(echo(host, "c__echo")).isEqualTo("hi");
    }

    @Test
    void theTestMayCloseTheHost(McpHost host) {
        host.close().block(Servers.LIMIT);
    }

    /** One host for all tests of a class. */
    @Nested
    class Shared {

        @RegisterExtension
        static final McpTestExtension<HostForAll> ALL = McpTestExtension.opening(
                        HostForAll.class,
                        () -> McpHost.open(Servers.three()).map(HostForAll::new),
                        all -> all.host.close())
                .servers(all -> processes(all.host))
                .pending(all -> all.host.pendingRequests());

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
}
