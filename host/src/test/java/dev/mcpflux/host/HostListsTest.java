package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.ListLimits;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** What a host keeps of its servers' lists, and for whom; and servers that end at a bad moment. */
class HostListsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CHANGES = "{\"tools\":{\"listChanged\":true}}";
    private static final String ACKNOWLEDGED =
            "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":$id},\"notifications\":{\"toolsListChanged\":true}}";

    private final List<McpHost> opened = new ArrayList<>();
    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private static String page(String tool, String more) {
        return "{\"resultType\":\"complete\",\"tools\":[{\"name\":\"" + tool + "\",\"inputSchema\":{}}]" + more + "}";
    }

    private static String page(String tool) {
        return page(tool, ",\"ttlMs\":0,\"cacheScope\":\"private\"");
    }

    private McpHost open(HostConfig config) {
        McpHost host = Objects.requireNonNull(McpHost.open(config).block(LIMIT));
        opened.add(host);
        return host;
    }

    /** Else the hook of each would wait for its servers when the JVM of the tests ends, some by a clock that stands still. */
    @AfterEach
    void closeHosts() {
        opened.forEach(host -> host.close().block(LIMIT));
    }

    private static Mono<List<String>> tools(McpHost host) {
        return host.tools().map(tool -> tool.tool().name()).collectList();
    }

    private static Mono<List<String>> toolsOf(McpHost host, String principal) {
        return tools(host).contextWrite(context -> context.put(CallContext.PRINCIPAL, principal));
    }

    @Test
    void aPrivateListIsShownToNoOtherPrincipal() {
        peer.discovery(CHANGES)
                .expect("subscriptions/listen")
                .notify("notifications/subscriptions/acknowledged", ACKNOWLEDGED)
                .expect("tools/list")
                .reply(page("of-ada"))
                .expect("tools/list")
                .reply(page("of-bob"));
        McpHost host = open(HostConfig.of(peer.transport()));
        assertThat(toolsOf(host, "ada").block(LIMIT)).containsExactly("of-ada");
        assertThat(toolsOf(host, "bob").block(LIMIT)).containsExactly("of-bob");
        peer.verify();
    }

    private void expectLarge(String tool) {
        peer.expect("tools/list").reply(page(tool, ",\"_meta\":{\"text\":\"" + "x".repeat(2000) + "\"}"));
    }

    @Test
    void listsOfAllCallersAreBoundedInBytes() {
        peer.handshake("2025-11-25", CHANGES);
        for (String tool : List.of("of-ada", "of-bob", "of-eve", "of-ada")) {
            expectLarge(tool);
        }
        McpHost host = open(HostConfig.of(peer.transport())
                .mutate()
                .session(SessionOptions.builder()
                        .lists(new ListLimits(10, 10, 5000))
                        .build())
                .build());
        for (String caller : List.of("ada", "bob", "bob", "eve", "ada", "eve")) {
            assertThat(toolsOf(host, caller).block(LIMIT)).containsExactly("of-" + caller);
        }
        peer.verify();
    }

    @Test
    void slowListSaysWhatTheServerDidMeanwhile() {
        peer.handshake().expect("tools/list").garbage("Traceback: oops").expect("notifications/cancelled");
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        McpHost host = open(HostConfig.of(peer.transport())
                .mutate()
                .session(SessionOptions.builder()
                        .timer(time)
                        .request(RequestOptions.within(Duration.ofMinutes(5)))
                        .build())
                .build());
        Mono<HostEvent.ListFailed> failed =
                host.events().ofType(HostEvent.ListFailed.class).next().cache();
        failed.subscribe();

        host.tools().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(Objects.requireNonNull(failed.block(LIMIT)).error())
                .hasMessage(
                        "server 's': the list of its tools took longer than 60 s; meanwhile it wrote a line that is not"
                                + " JSON: Traceback: oops");
    }

    @Test
    void serverThatEndsWhileItBecomesReadyIsLost() {
        peer.handshake().close();
        McpHost host = open(HostConfig.of(peer.transport()));
        assertThat(host.servers()).extracting(ServerStatus::state).containsExactly(ServerState.BACKING_OFF);
    }

    @Test
    void listIsNotKeptWhereTheServerRefusesNotifications() {
        peer.discovery(CHANGES)
                .expect("subscriptions/listen")
                .replyError(-32603, "not today")
                .expect("tools/list")
                .reply(page("before"))
                .expect("tools/list")
                .reply(page("after"));
        McpHost host = open(HostConfig.of(peer.transport()));
        assertThat(tools(host).block(LIMIT)).containsExactly("before");
        assertThat(tools(host).block(LIMIT)).containsExactly("after");
        peer.verify();
    }

    @Test
    void listIsReadAgainAfterAGapInTheNotifications() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        peer.discovery(CHANGES)
                .expect("subscriptions/listen")
                .notify("notifications/subscriptions/acknowledged", ACKNOWLEDGED)
                .expect("tools/list")
                .reply(page("before"))
                .raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"resultType\":\"complete\"}}")
                .expect("subscriptions/listen")
                .notify("notifications/subscriptions/acknowledged", ACKNOWLEDGED)
                .expect("tools/list")
                .reply(page("after"));
        McpHost host = open(HostConfig.builder()
                .session(SessionOptions.builder().timer(time).build())
                .server(peer.transport())
                .build());
        assertThat(tools(host).block(LIMIT)).containsExactly("before");
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(tools(host).block(LIMIT)).containsExactly("after");
        peer.verify();
    }

    @Test
    void failedListIsTheReasonThatNothingIsFound() {
        peer.handshake().expect("tools/list").replyError(-32603, "not today");
        McpHost host = open(HostConfig.of(peer.transport()));
        assertThatThrownBy(() -> host.callTool("t", null).block(LIMIT))
                .isInstanceOf(McpPeerErrorException.class)
                .hasMessageContaining("tools/list failed: not today");
    }

    @Test
    void endlessListDoesNotHoldUpTheOthers() {
        VirtualTimeScheduler.getOrSet();
        try {
            peer.handshake();
            for (int i = 0; i < 100; i++) {
                peer.expect("tools/list")
                        .delay(Duration.ofSeconds(5))
                        .reply(page("t" + i, ",\"nextCursor\":\"" + i + "\""));
            }
            ScriptedPeer other = ScriptedPeer.named("other").handshake();
            other.expect("tools/list").reply(page("quick"));
            McpHost host = open(HostConfig.of(peer.transport(), other.transport()));
            TestSubscriber<List<String>> listed = TestSubscriber.create();
            tools(host).subscribe(listed);
            VirtualTimeScheduler.get().advanceTimeBy(Duration.ofMinutes(1));
            assertThat(listed.getReceivedOnNext()).containsExactly(List.of("quick"));
        } finally {
            VirtualTimeScheduler.reset();
        }
    }
}
