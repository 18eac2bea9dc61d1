package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

/** Half of the subscribers throw in every callback; the other half must not be affected. */
class ThrowingSubscribersTest {

    private static final String RESULT = "{'content':[]}";
    private static final int PAIRS = 20;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s").handshake();
    private final McpSession session = McpSession.create(
            peer.transport(), SessionOptions.builder().timer(time).build());

    @BeforeEach
    void hookThatThrows() {
        Hooks.onErrorDropped(e -> {
            throw new IllegalStateException("the hook throws, too", e);
        });
    }

    @AfterEach
    void noHook() {
        Hooks.resetOnErrorDropped();
    }

    private static void fail(int n) {
        switch (n % 4) {
            case 0 -> throw new IllegalStateException("test");
            case 1 -> throw new NoClassDefFoundError("test");
            case 2 -> throw new StackOverflowError("test");
            default -> throw new AssertionError("test");
        }
    }

    private static <T> BaseSubscriber<T> throwing(int n) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(T value) {
                fail(n);
            }

            @Override
            protected void hookOnError(Throwable e) {
                fail(n);
            }

            @Override
            protected void hookOnComplete() {
                fail(n);
            }
        };
    }

    private List<TestSubscriber<CallToolResult>> calls(Mono<CallToolResult> call) {
        List<TestSubscriber<CallToolResult>> others = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            call.subscribe(throwing(i));
            TestSubscriber<CallToolResult> other = TestSubscriber.create();
            call.subscribe(other);
            others.add(other);
        }
        return others;
    }

    private void expectCalls(int count) {
        for (int i = 0; i < count; i++) {
            peer.expect("tools/call");
        }
    }

    private void closesCleanly() {
        assertThat(session.pendingRequests()).isZero();
        session.close().subscribe(throwing(1));
        TestSubscriber<Void> closed = TestSubscriber.create();
        session.close().subscribe(closed);
        assertThat(closed.isTerminatedComplete()).isTrue();
    }

    @Test
    void endOfServerFailsEachCall() {
        expectCalls(2 * PAIRS);
        peer.expect("ping").close();
        session.onTermination().subscribe(throwing(0));
        EventSink.direct(session.events()).subscribe(throwing(0));
        session.open().block();
        List<TestSubscriber<CallToolResult>> others = calls(session.callTool("x", null));
        session.ping().subscribe(throwing(3));
        assertThat(others)
                .allSatisfy(
                        other -> assertThat(other.expectTerminalError()).isInstanceOf(McpConnectionException.class));
        closesCleanly();
    }

    @Test
    void timeoutsFailEachCallAndSessionContinues() {
        expectCalls(2 * PAIRS);
        for (int i = 0; i < 2 * PAIRS; i++) {
            peer.expect("notifications/cancelled");
        }
        peer.expect("tools/call").reply(RESULT);
        session.open().block();
        List<TestSubscriber<CallToolResult>> others = calls(session.callTool("x", null));
        time.advanceTimeBy(Duration.ofMinutes(30));
        assertThat(others)
                .allSatisfy(other -> assertThat(other.expectTerminalError()).isInstanceOf(McpTimeoutException.class));
        assertThat(session.callTool("x", null).block()).isNotNull();
        peer.verify();
        closesCleanly();
    }

    @Test
    void responsesReachEachCall() {
        for (int i = 0; i < 2 * PAIRS; i++) {
            peer.expect("tools/call").reply(RESULT);
        }
        session.open().block();
        List<TestSubscriber<CallToolResult>> others = calls(session.callTool("x", null));
        assertThat(others).allMatch(TestSubscriber::isTerminatedComplete);
        closesCleanly();
    }

    @Test
    void linkageErrorFailsOnlyItsCall() {
        peer.expect("tools/call").reply(RESULT).expect("tools/call").reply(RESULT);
        session.open().block();
        TestSubscriber<Object> call = TestSubscriber.create();
        session.callTool("x", null)
                .map(result -> {
                    throw new NoClassDefFoundError("test");
                })
                .subscribe(call);
        assertThat(call.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
        assertThat(session.callTool("x", null).block()).isNotNull();
        closesCleanly();
    }

    @Test
    void throwingContextFailsOnlyItsCall() {
        peer.expect("tools/call").reply(RESULT);
        session.open().block();
        List<Throwable> errors = new ArrayList<>();
        // the context throws where it is read first: in subscribe itself, or as the error of the call
        try {
            session.callTool("x", null).subscribe(new BaseSubscriber<>() {
                @Override
                public Context currentContext() {
                    throw new IllegalStateException("no context");
                }

                @Override
                protected void hookOnError(Throwable e) {
                    errors.add(e);
                }
            });
        } catch (IllegalStateException e) {
            errors.add(e);
        }
        assertThat(errors).singleElement().hasToString("java.lang.IllegalStateException: no context");
        assertThat(session.callTool("x", null).block()).isNotNull();
        closesCleanly();
    }

    @Test
    void throwingHandlerIsAnsweredAndOthersContinue() {
        for (int i = 0; i < 100; i++) {
            peer.request("\"r" + i + "\"", "roots/list", "{}").expectResponse("\"r" + i + "\"");
        }
        peer.expect("ping").reply("{}");
        McpSession asked = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .timer(time)
                        .handlers(ClientHandlers.builder()
                                .roots(server -> {
                                    throw new NoClassDefFoundError("test");
                                })
                                .build())
                        .build());
        asked.open().block();
        asked.ping().block();
        peer.verify();
        asked.close().block();
    }
}
