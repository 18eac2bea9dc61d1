package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.Leftovers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The failure that this project was born from: a fixture sets up in one task and tears down in another, and the host
 * "attempted to exit a cancel scope in a different task than it was entered in" and left its processes behind. Here the
 * host is opened on one thread, used on a second, and closed or cancelled on a third.
 */
class OriginalFailureTest {

    private final ExecutorService opens = Executors.newSingleThreadExecutor(r -> new Thread(r, "test-opens"));
    private final ExecutorService uses = Executors.newSingleThreadExecutor(r -> new Thread(r, "test-uses"));
    private final ExecutorService closes = Executors.newSingleThreadExecutor(r -> new Thread(r, "test-closes"));
    private final Set<Long> before = Leftovers.processes();
    private final List<String> teardown = new CopyOnWriteArrayList<>();
    private McpHost host;

    @BeforeEach
    void openOnOneThread() throws Exception {
        host = opens.submit(() -> McpHost.open(Servers.three()).block(Servers.LIMIT))
                .get(30, TimeUnit.SECONDS);
        EventSink.direct(host.events())
                .ofType(HostEvent.StateChanged.class)
                .filter(e -> e.to() == ServerState.CLOSING || e.to() == ServerState.CLOSED)
                .subscribe(e -> teardown.add(e.server() + " " + e.to()));
    }

    @AfterEach
    void closeOnAThird() throws Exception {
        closes.submit(() -> host.close().block(Servers.LIMIT)).get(30, TimeUnit.SECONDS);
        host.closed().block(Servers.LIMIT);
        assertThat(teardown).containsExactly("c closing", "c closed", "b closing", "b closed", "a closing", "a closed");
        Leftovers.assertNone(before);
        List.of(opens, uses, closes).forEach(ExecutorService::shutdown);
    }

    private CallToolResult call(String tool) throws Exception {
        return uses.submit(() -> host.callTool(tool, Map.of("text", "hi")).block(Servers.LIMIT))
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void theTestCallsToolsOnAnother() throws Exception {
        assertThat(call("a__echo").text()).isEqualTo("hi");
        assertThat(call("b__echo").text()).isEqualTo("hi");
        assertThat(call("c__echo").text()).isEqualTo("hi");
    }

    @Test
    void theTestFails() throws Exception {
        call("a__echo");
        // what a failing test does: it throws, and the fixture closes all the same
        try {
            throw new AssertionError("the test failed");
        } catch (AssertionError e) {
            assertThat(e).hasMessage("the test failed");
        }
    }

    @Test
    void theTestEndsWithCallsUnderWay() throws Exception {
        Sinks.Empty<Void> ended = Sinks.empty();
        uses.submit(() -> host.callTool("a__hang", null)
                        .doFinally(end -> ended.tryEmitEmpty())
                        .subscribe(r -> {}, e -> {}))
                .get(30, TimeUnit.SECONDS);
        closes.submit(() -> host.close().block(Servers.LIMIT)).get(30, TimeUnit.SECONDS);
        // it was told, and not left to run into its time-out
        ended.asMono().block(Servers.LIMIT);
    }

    @Test
    void theTestClosesItself() {
        host.close().block(Servers.LIMIT);
    }

    @Test
    void cancelInsteadOfClose() throws Exception {
        Set<Long> mine = Leftovers.processes();
        List<String> order = new CopyOnWriteArrayList<>();
        Sinks.One<McpHost> inUse = Sinks.one();
        Disposable running = opens.submit(() -> McpHost.use(Servers.three(), h -> {
                            EventSink.direct(h.events())
                                    .ofType(HostEvent.StateChanged.class)
                                    .filter(e -> e.to() == ServerState.CLOSED)
                                    .subscribe(e -> order.add(e.server()));
                            inUse.tryEmitValue(h);
                            return Mono.never();
                        })
                        .subscribe())
                .get(30, TimeUnit.SECONDS);
        McpHost used = inUse.asMono().block(Servers.LIMIT);
        assertThat(used).isNotNull();
        CallToolResult result = uses.submit(
                        () -> used.callTool("b__echo", Map.of("text", "x")).block(Servers.LIMIT))
                .get(30, TimeUnit.SECONDS);
        assertThat(result.text()).isEqualTo("x");
        closes.submit(running::dispose).get(30, TimeUnit.SECONDS);
        used.closed().block(Servers.LIMIT);
        assertThat(order).containsExactly("c", "b", "a");
        // of the host of the fixture, three are still there
        assertThat(Leftovers.processes()).isEqualTo(mine);
    }
}
