package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** The activity of the peer in the error of a timeout. */
class TimeoutDiagnosticsTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private VirtualTimeScheduler time;

    @BeforeEach
    void virtualTime() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void realTime() {
        VirtualTimeScheduler.reset();
    }

    private McpTimeoutException timedOut(Flux<?> request) {
        TestSubscriber<Object> subscriber = TestSubscriber.create();
        request.cast(Object.class).subscribe(subscriber);
        time.advanceTimeBy(LIMIT);
        return (McpTimeoutException) subscriber.expectTerminalError();
    }

    private McpTimeoutException call(McpSession session) {
        return timedOut(
                session.callTool("t", null, RequestOptions.within(LIMIT)).flux());
    }

    private McpSession opened() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().subscribe();
        assertThat(session.peer()).isNotNull();
        return session;
    }

    @Test
    void silenceIsReported() {
        peer.handshake().expect("tools/call").expect("notifications/cancelled");

        McpTimeoutException error = call(opened());

        assertThat(error).hasMessage("server 's': tools/call took longer than 2 s; meanwhile it sent nothing");
        assertThat(error.diagnostics().meanwhile()).containsExactly("it sent nothing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"jsonrpc":"2.0","id":0,"result":{}}         | it answered with id 0, which no pending request has
                    {"jsonrpc":"2.0","id":"server-1","result":{}} | it answered with id "server-1", which no pending request has
                    [INFO] ready to serve                         | it wrote a line that is not JSON: [INFO] ready to serve
                    {"jsonrpc":"2.0","id":                        | it wrote a line that is not JSON: {"jsonrpc":"2.0","id":
                    {"jsonrpc":"2.0","method":"notifications/x"}  | it sent 1 other message
                    """)
    void peerActivityIsReported(String frame, String clause) {
        peer.handshake().expect("tools/call").garbage(frame).expect("notifications/cancelled");

        assertThat(call(opened()).diagnostics().meanwhile()).containsExactly(clause);
    }

    @Test
    void activityBeforeCallIsNotReported() {
        peer.handshake()
                .expect("tools/call")
                .garbage("noise")
                .reply("{'content':[]}")
                .expect("tools/call")
                .expect("notifications/cancelled");
        McpSession session = opened();
        session.callTool("t", null).subscribe();

        assertThat(call(session).diagnostics().meanwhile()).containsExactly("it sent nothing");
    }

    @Test
    void handshakeTimeoutReportsActivity() {
        peer.legacy().expect("initialize").garbage("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}");
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().startTimeout(LIMIT).build());

        assertThat(timedOut(session.open().flux()).diagnostics().meanwhile())
                .contains("it answered with id 0, which no pending request has");
    }

    @Test
    void signalTimeoutReportsActivity() {
        peer.handshake().expect("tools/call").garbage("Traceback").expect("notifications/cancelled");
        McpSession session = opened();

        assertThat(timedOut(session.streamTool("t", null, RequestOptions.within(LIMIT)))
                        .diagnostics()
                        .meanwhile())
                .containsExactly("it wrote a line that is not JSON: Traceback");
    }

    @Test
    void progressIsActivity() {
        peer.handshake()
                .expect("tools/call")
                .notify("notifications/progress", "{'progressToken':$token,'progress':1}")
                .expect("notifications/cancelled");
        McpSession session = opened();

        assertThat(timedOut(session.streamTool("t", null, RequestOptions.within(LIMIT)))
                        .diagnostics()
                        .meanwhile())
                .containsExactly("it sent 1 other message");
    }
}
