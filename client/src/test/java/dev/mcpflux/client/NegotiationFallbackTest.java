package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/**
 * Servers that do not answer the probe, or end because of it, and the era that is remembered (2026-07-28:
 * transports/stdio).
 */
class NegotiationFallbackTest {

    private static final String DISCOVERED = "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}";
    private static final String INITIALIZED = "{'protocolVersion':'2025-11-25','capabilities':{'tools':{}}}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EraMemory memory = new EraMemory();
    private final SessionOptions options = SessionOptions.builder()
            .probeTimeout(Duration.ofSeconds(5))
            .startTimeout(Duration.ofSeconds(30))
            .timer(time)
            .build();
    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private final TestSubscriber<PeerInfo> opening = TestSubscriber.create();

    /** A server that is started as one of these processes after the other. */
    private static Transport processes(ScriptedPeer... peers) {
        Deque<ScriptedPeer> left = new ArrayDeque<>(List.of(peers));
        return new Transport() {
            @Override
            public String name() {
                return "s";
            }

            @Override
            public Connection connection() {
                return left.remove().transport().connection();
            }
        };
    }

    private McpSession opens(Transport transport) {
        McpSession session = McpSession.create(transport, options, memory);
        session.open().subscribe(opening);
        return session;
    }

    private void agreedOn(ProtocolEra era) {
        assertThat(opening.isTerminatedComplete()).isTrue();
        assertThat(opening.getReceivedOnNext()).extracting(PeerInfo::era).containsExactly(era);
        assertThat(memory.recall("s")).contains(era);
    }

    private static String answer(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String refusal(int id, int code) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"no\"}}";
    }

    // servers that do not answer

    @Test
    void unansweredProbeLeadsToHandshake() {
        peer.expect("server/discover")
                .expect("initialize")
                .reply(INITIALIZED)
                .expect("notifications/initialized")
                .expect("tools/call")
                .reply("{'content':[]}");
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofMillis(4999));
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
        time.advanceTimeBy(Duration.ofMillis(1));
        agreedOn(ProtocolEra.LEGACY);
        session.callTool("t", null).block();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @Test
    void unansweredProbeIsNotACallInProgress() {
        peer.expect("server/discover").expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.LEGACY);
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void firstAnsweredHandshakeWinsOverLateProbe() {
        peer.expect("server/discover")
                .expect("initialize")
                .reply(INITIALIZED)
                .expect("notifications/initialized")
                .expect("tools/call")
                .raw(answer(1, DISCOVERED))
                .reply("{'content':[]}");
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.LEGACY);
        session.callTool("t", null).block();
        assertThat(session.peer()).isNotNull().extracting(PeerInfo::era).isEqualTo(ProtocolEra.LEGACY);
        assertThat(memory.recall("s")).contains(ProtocolEra.LEGACY);
        peer.verify();
    }

    @Test
    void lateProbeResponseWinsOverPendingHandshake() {
        peer.expect("server/discover").expect("initialize").raw(answer(1, DISCOVERED));
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.MODERN);
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "initialize");
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void lateProbeResponseWinsOverRejectedHandshake() {
        peer.expect("server/discover")
                .expect("initialize")
                .raw(refusal(2, -32601))
                .raw(answer(1, DISCOVERED));
        opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.MODERN);
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "initialize");
    }

    @Test
    void handshakeRejectedAfterProbeIsIgnored() {
        peer.expect("server/discover")
                .expect("initialize")
                .raw(answer(1, DISCOVERED))
                .raw(refusal(2, -32601))
                .expect("tools/call")
                .reply("{'content':[]}");
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.MODERN);
        session.callTool("t", null).block();
        peer.verify();
    }

    @Test
    void lateProbeErrorWaitsForHandshake() {
        peer.expect("server/discover")
                .expect("initialize")
                .raw(refusal(1, -32601))
                .reply(INITIALIZED)
                .expect("notifications/initialized");
        opens(peer.transport());
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.LEGACY);
        peer.verify();
    }

    @Test
    void bothRejectedFailsWithHandshakeError() {
        peer.expect("server/discover")
                .expect("initialize")
                .raw(refusal(2, -32000))
                .raw(refusal(1, -32601));
        ScriptedPeer second = ScriptedPeer.named("s").expect("initialize").replyError(-32001, "not at all");
        opens(processes(peer, second));
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(opening.expectTerminalError())
                .isInstanceOf(McpPeerErrorException.class)
                .hasMessage("server 's': initialize failed: not at all (-32001)")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .extracting(Throwable::getMessage)
                        .isEqualTo("server 's': initialize failed: no (-32000)"));
        assertThat(peer.closed()).isTrue();
        assertThat(second.closed()).isTrue();
    }

    /**
     * A modern server that starts slowly: its rejection of the handshake means that waiting for the probe is the only
     * option.
     */
    @Test
    void modernRejectionOfHandshakeWaitsForProbe() {
        peer.expect("server/discover")
                .expect("initialize")
                .replyError("{'code':-32022,'message':'no','data':{'supported':['2026-07-28']}}");
        opens(peer.transport());
        time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(opening.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(opening.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
    }

    @Test
    void silentServerTimesOutWithoutCancellations() {
        peer.expect("server/discover").expect("initialize");
        McpSession session = opens(peer.transport());
        time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(opening.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(opening.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTimeoutException.class, e -> assertThat(e.limit()).isEqualTo(Duration.ofSeconds(30)));
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "initialize");
        assertThat(peer.closed()).isTrue();
        assertThat(session.pendingRequests()).isZero();
        assertThat(memory.recall("s")).isEmpty();
    }

    @Test
    void modernOnlyNeverSendsHandshakeOnSilence() {
        peer.expect("server/discover");
        McpSession.create(
                        peer.transport(), options.mutate().era(EraPolicy.MODERN).build(), memory)
                .open()
                .subscribe(opening);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(opening.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    // bridges that create their only session at the first request

    private ScriptedPeer greeted() {
        return ScriptedPeer.named("s").expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
    }

    @Test
    void rejectedHandshakeIsRetriedWithoutProbe() {
        peer.expect("server/discover")
                .replyError(-32601, "Method not found")
                .expect("initialize")
                .replyError(-32000, "HTTP 400: Server already initialized");
        ScriptedPeer second = greeted();
        opens(processes(peer, second));
        agreedOn(ProtocolEra.LEGACY);
        assertThat(peer.closed()).isTrue();
        second.verify();
        // remembered, so not probed the next time
        ScriptedPeer third = greeted();
        assertThat(McpSession.create(third.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.LEGACY);
    }

    @Test
    void fatalHandshakeIsRetriedWithoutProbe() {
        peer.expect("server/discover")
                .replyError(-32601, "no")
                .expect("initialize")
                .close();
        ScriptedPeer second = greeted();
        opens(processes(peer, second));
        agreedOn(ProtocolEra.LEGACY);
    }

    @Test
    void silenceAfterUnusualErrorEndsEarly() {
        peer.expect("server/discover").reply("{'session':'begun'}").expect("initialize");
        ScriptedPeer second = greeted();
        opens(processes(peer, second));
        time.advanceTimeBy(Duration.ofMillis(14_999));
        assertThat(peer.closed()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        agreedOn(ProtocolEra.LEGACY);
    }

    @Test
    void silenceAfterUsualErrorUsesFullTimeout() {
        peer.expect("server/discover")
                .replyError(-32602, "before initialization")
                .expect("initialize");
        opens(processes(peer));
        time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(opening.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(opening.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
    }

    @Test
    void lateRejectionIsRetriedWithoutProbe() {
        peer.expect("server/discover").expect("initialize").raw(refusal(2, -32000));
        ScriptedPeer second = greeted();
        opens(processes(peer, second));
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(opening.isTerminated()).as("the probe may still be answered").isFalse();
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.LEGACY);
    }

    // servers that end

    @Test
    void endThenSilenceIsReportedAsEnd() {
        ScriptedPeer second = ScriptedPeer.named("s").expect("initialize");
        peer.expect("server/discover").close();
        opens(processes(peer, second));
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(opening.expectTerminalError())
                .isInstanceOf(McpStartException.class)
                .hasMessageContaining("it ended before it was ready, and did not answer after a restart")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .hasOnlyElementsOfType(McpTimeoutException.class)
                        .hasSize(1));
        assertThat(second.closed()).isTrue();
    }

    @Test
    void lateEndDoesNotRestartServer() {
        VirtualTimeScheduler.set(time);
        try {
            peer.expect("server/discover")
                    .expect("initialize")
                    .delay(Duration.ofSeconds(24))
                    .close();
            opens(processes(peer));
            time.advanceTimeBy(Duration.ofSeconds(29));
            assertThat(opening.expectTerminalError())
                    .isInstanceOf(McpStartException.class)
                    .hasMessageContaining("ended before it was ready");
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void endAtProbeRestartsWithoutProbe() {
        ScriptedPeer second =
                ScriptedPeer.named("s").expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
        peer.expect("server/discover").close();
        McpSession session = opens(processes(peer, second));
        agreedOn(ProtocolEra.LEGACY);
        assertThat(peer.closed()).isTrue();
        assertThat(second.receivedMethods()).containsExactly("initialize", "notifications/initialized");
        assertThat(second.closed()).isFalse();
        TestSubscriber<Object> end = TestSubscriber.create();
        session.onTermination().subscribe(end);
        assertThat(end.isTerminated())
                .as("the end of the first process is not the end of the session")
                .isFalse();
        session.close().block();
        assertThat(second.closed()).isTrue();
        assertThat(end.getReceivedOnNext()).hasSize(1);
    }

    @Test
    void secondEndFailsStart() {
        ScriptedPeer second = ScriptedPeer.named("s").expect("initialize").close();
        peer.expect("server/discover").close();
        opens(processes(peer, second));
        assertThat(opening.expectTerminalError())
                .isInstanceOf(McpStartException.class)
                .hasMessageContaining("server 's'")
                .hasMessageContaining("ended before it was ready");
        assertThat(second.closed()).isTrue();
    }

    @Test
    void slowEndAtProbeRestartsServer() {
        ScriptedPeer second =
                ScriptedPeer.named("s").expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
        peer.expect("server/discover").expect("initialize").close();
        opens(processes(peer, second));
        time.advanceTimeBy(Duration.ofSeconds(5));
        agreedOn(ProtocolEra.LEGACY);
        assertThat(peer.closed()).isTrue();
        second.verify();
    }

    @Test
    void modernOnlyDoesNotRestartAfterProbe() {
        peer.expect("server/discover").close();
        McpSession.create(
                        processes(peer), options.mutate().era(EraPolicy.MODERN).build(), memory)
                .open()
                .subscribe(opening);
        assertThat(opening.expectTerminalError()).isInstanceOf(McpStartException.class);
    }

    // remembered eras

    @Test
    void knownLegacyServerIsNotProbed() {
        opens(ScriptedPeer.named("s").handshake().transport());
        agreedOn(ProtocolEra.LEGACY);
        peer.expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
        assertThat(McpSession.create(peer.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.LEGACY);
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized");
    }

    @Test
    void knownLegacyIsProbedAfterHandshakeRejection() {
        opens(ScriptedPeer.named("s").handshake().transport());
        peer.expect("initialize")
                .replyError(-32601, "2026-07-28 is spoken here")
                .expect("server/discover")
                .reply(DISCOVERED);
        assertThat(McpSession.create(peer.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.MODERN);
        assertThat(memory.recall("s")).contains(ProtocolEra.MODERN);
        peer.verify();
    }

    @Test
    void knownLegacyIsProbedAfterHandshakeTimeout() {
        opens(ScriptedPeer.named("s").handshake().transport());
        agreedOn(ProtocolEra.LEGACY);
        peer.expect("initialize");
        TestSubscriber<PeerInfo> second = TestSubscriber.create();
        McpSession.create(peer.transport(), options, memory).open().subscribe(second);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(second.expectTerminalError()).isInstanceOf(McpTimeoutException.class);

        ScriptedPeer third = ScriptedPeer.named("s").discovery();
        assertThat(McpSession.create(third.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.MODERN);
    }

    @Test
    void knownLegacyIsProbedAfterEndAtHandshake() {
        opens(ScriptedPeer.named("s").handshake().transport());
        TestSubscriber<PeerInfo> second = TestSubscriber.create();
        McpSession.create(peer.expect("initialize").close().transport(), options, memory)
                .open()
                .subscribe(second);
        assertThat(second.expectTerminalError()).isInstanceOf(McpStartException.class);

        ScriptedPeer third = ScriptedPeer.named("s").discovery();
        assertThat(McpSession.create(third.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.MODERN);
    }

    @Test
    void knownModernServerIsProbedForRevision() {
        opens(ScriptedPeer.named("s").discovery().transport());
        agreedOn(ProtocolEra.MODERN);
        peer.legacy().expect("initialize").reply(INITIALIZED).expect("notifications/initialized");
        assertThat(McpSession.create(peer.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.LEGACY);
        assertThat(memory.recall("s")).contains(ProtocolEra.LEGACY);
    }

    @Test
    void erasAreRememberedByServerName() {
        opens(ScriptedPeer.named("s").handshake().transport());
        ScriptedPeer other = ScriptedPeer.named("other").discovery();
        assertThat(McpSession.create(other.transport(), options, memory)
                        .open()
                        .block()
                        .era())
                .isEqualTo(ProtocolEra.MODERN);
        assertThat(memory.recall("s")).contains(ProtocolEra.LEGACY);
        assertThat(memory.recall("other")).contains(ProtocolEra.MODERN);
    }

    // cancelling and closing during the negotiation

    @Test
    void cancelDuringProbeClosesWithoutCancellation() {
        peer.expect("server/discover");
        TestSubscriber<Integer> use = TestSubscriber.create();
        McpSession.use(peer.transport(), options, session -> Mono.just(1)).subscribe(use);
        assertThat(peer.closed()).isFalse();
        use.cancel();
        assertThat(peer.closed()).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(60));
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void cancelDuringBothClosesWithoutCancellation() {
        peer.expect("server/discover").expect("initialize");
        TestSubscriber<Integer> use = TestSubscriber.create();
        McpSession.use(peer.transport(), options, session -> Mono.just(1)).subscribe(use);
        time.advanceTimeBy(Duration.ofSeconds(6));
        use.cancel();
        assertThat(peer.closed()).isTrue();
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "initialize");
    }

    @Test
    void openingContinuesWithoutSubscribersUntilClose() {
        peer.expect("server/discover");
        McpSession session = opens(peer.transport());
        opening.cancel();
        assertThat(peer.closed()).isFalse();
        session.close().block();
        assertThat(peer.closed()).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(60));
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void closingDuringProbeFailsOpening() {
        peer.expect("server/discover");
        McpSession session = opens(peer.transport());
        session.close().block();
        assertThat(opening.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(peer.closed()).isTrue();
        assertThat(memory.recall("s")).isEmpty();
    }
}
