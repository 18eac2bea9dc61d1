package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.internal.Throwing;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.subscriber.TestSubscriber;

/** The multiplexer at moments that a real stream cannot reproduce. */
class MultiplexerTest {

    private static final RequestSpec PING = RequestSpec.of("ping", RequestEffect.READS, null, EmptyResult.class);
    private static final RequestSpec LISTEN =
            RequestSpec.of("subscriptions/listen", RequestEffect.MAY_ACT, null, Subscriptions.ListenResult.class);
    private static final RequestSpec LOGGED = RequestSpec.of(
                    "tools/call", RequestEffect.MAY_ACT, null, EmptyResult.class)
            .withLogs(true);

    private final TestStream stream = new TestStream();
    private final Connection connection = Multiplexer.over("s", events -> stream);

    MultiplexerTest() {
        connection.open().block();
    }

    private TestSubscriber<JsonRpcMessage> exchange(RequestSpec spec) {
        TestSubscriber<JsonRpcMessage> subscriber = TestSubscriber.create();
        connection.exchange(spec).subscribe(subscriber);
        return subscriber;
    }

    @Test
    void cancellingBeforeSendWithdrawsRequest() {
        TestSubscriber<JsonRpcMessage> call = exchange(PING);
        call.cancel();
        stream.sends.get(0).assertCancelled();
        assertThat(stream.sent).extracting(Object::toString).containsExactly("request 1 ping");
        assertThat(connection.pendingExchanges()).isZero();
    }

    @Test
    void cancellingDuringSendNotifiesPeer() {
        TestSubscriber<JsonRpcMessage> call = exchange(PING);
        stream.loseTheRace = true;
        call.cancel();
        stream.sends.get(0).complete();
        assertThat(stream.sent)
                .extracting(Object::toString)
                .containsExactly("request 1 ping", "notification notifications/cancelled");
    }

    @Test
    void cancellingInFlightNotifiesPeerOnceIfCancellable() {
        TestSubscriber<JsonRpcMessage> call = exchange(PING);
        stream.sends.get(0).complete();
        call.cancel();
        call.cancel();
        TestSubscriber<JsonRpcMessage> handshake =
                exchange(RequestSpec.of("initialize", RequestEffect.MAY_ACT, null, EmptyResult.class)
                        .withCancellable(false));
        stream.sends.get(2).complete();
        handshake.cancel();
        assertThat(stream.sent)
                .extracting(Object::toString)
                .containsExactly("request 1 ping", "notification notifications/cancelled", "request 2 initialize");
    }

    @Test
    void cancellingAfterResponseDoesNotNotifyPeer() {
        TestSubscriber<JsonRpcMessage> call =
                TestSubscriber.builder().initialRequest(0).build();
        connection.exchange(PING).subscribe(call);
        // the response arrives before the send has completed, and before there is demand
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        call.cancel();
        stream.sends.get(0).complete();
        assertThat(stream.sent).hasSize(1);
        assertThat(call.getReceivedOnNext()).isEmpty();
    }

    @Test
    void responseWaitsForDemandThenCompletes() {
        TestSubscriber<JsonRpcMessage> call =
                TestSubscriber.builder().initialRequest(0).build();
        connection.exchange(PING).subscribe(call);
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(call.getReceivedOnNext()).isEmpty();
        assertThat(call.isTerminated()).isFalse();
        call.request(1);
        assertThat(call.getReceivedOnNext()).hasSize(1);
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @Test
    void unsendableRequestFailsOnlyItsExchange() {
        TestSubscriber<JsonRpcMessage> call = exchange(PING);
        stream.sends.get(0).error(new McpOverloadException("s", "full", CallOutcome.NOT_SENT));
        assertThat(call.expectTerminalError()).isInstanceOf(McpOverloadException.class);
        assertThat(connection.pendingExchanges()).isZero();
        TestSubscriber<JsonRpcMessage> next = exchange(PING);
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
        assertThat(next.isTerminatedComplete()).isTrue();
    }

    /** A subscriber that throws when it receives a response or an error. */
    private static <T> BaseSubscriber<T> throwing(int n) {
        return Throwing.subscriber(Throwing.errors().get(n % Throwing.errors().size()));
    }

    private List<TestSubscriber<JsonRpcMessage>> fortyOfWhichHalfThrow() {
        List<TestSubscriber<JsonRpcMessage>> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            connection.exchange(PING).subscribe(throwing(i));
            others.add(exchange(PING));
        }
        return others;
    }

    @Test
    void throwingSubscribersDoNotHideTermination() {
        TestSubscriber<Termination> first = TestSubscriber.create();
        connection.onTermination().subscribe(throwing(0));
        connection.onTermination().subscribe(first);
        List<TestSubscriber<JsonRpcMessage>> others = fortyOfWhichHalfThrow();
        stream.terminated.tryEmitValue(Termination.lost("it died", Diagnostics.NONE, null));
        assertThat(others)
                .allSatisfy(
                        other -> assertThat(other.expectTerminalError()).isInstanceOf(McpConnectionException.class));
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(first.getReceivedOnNext()).hasSize(1);
    }

    @Test
    void throwingSubscribersDoNotHideResponses() {
        List<TestSubscriber<JsonRpcMessage>> others = fortyOfWhichHalfThrow();
        for (int i = 1; i <= 40; i++) {
            stream.emit("{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"result\":{}}");
        }
        assertThat(others).allMatch(TestSubscriber::isTerminatedComplete);
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(connection.isTerminated()).isFalse();
    }

    @Test
    void linkageErrorInCallbackFailsOnlyItsCall() {
        TestSubscriber<JsonRpcMessage> call = TestSubscriber.create();
        connection
                .exchange(PING)
                .<JsonRpcMessage>map(answer -> {
                    throw new NoClassDefFoundError("test");
                })
                .subscribe(call);
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertThat(call.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
        assertThat(connection.isTerminated()).isFalse();
    }

    @Test
    void fatalErrorInCallbackTerminatesConnection() {
        TestSubscriber<JsonRpcMessage> other = exchange(PING);
        connection.exchange(PING).subscribe(Throwing.subscriber(new InternalError("test")));
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
        assertThat(other.expectTerminalError())
                .isInstanceOf(McpConnectionException.class)
                .hasMessageContaining("java.lang.InternalError: test");
    }

    @Test
    void subscriberThrowingOnProgressIsCancelled() {
        connection.exchange(PING).subscribe(throwing(1));
        stream.sends.get(0).complete();
        stream.emit("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                + "{\"progressToken\":1,\"progress\":1}}");
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(stream.sent)
                .extracting(Object::toString)
                .containsExactly("request 1 ping", "notification notifications/cancelled");
    }

    @Test
    void subscriberThrowingInOnSubscribeIsRemoved() {
        assertThatThrownBy(() -> connection.exchange(PING).subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription s) {
                        throw new NoClassDefFoundError("test");
                    }

                    @Override
                    protected void hookOnError(Throwable e) {
                        throw new NoClassDefFoundError("test");
                    }
                }))
                .isInstanceOf(NoClassDefFoundError.class);
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(stream.sent).isEmpty();
    }

    @Test
    void relatedNotificationsAreLimitedInBytes() {
        TestSubscriber<JsonRpcMessage> slow =
                TestSubscriber.builder().initialRequest(0).build();
        connection.exchange(PING).subscribe(slow);
        for (int i = 0; i < 120; i++) {
            stream.emit("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,"
                    + "\"progress\":" + i + ",\"message\":\"" + "x".repeat(1024 * 1024) + "\"}}");
        }
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(3 + 1);
        assertThat(slow.isTerminatedComplete()).isTrue();
    }

    @Test
    void exchangeStartedWhileConnectionEndsFails() {
        // the connection ends during the subscription, after the exchange was registered
        TestSubscriber<JsonRpcMessage> late = TestSubscriber.create();
        connection
                .exchange(PING.withMeta((id, context) -> {
                    stream.lose();
                    return null;
                }))
                .subscribe(late);
        assertThat(late.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(connection.pendingExchanges()).isZero();
        assertThat(stream.sent).isEmpty();
    }

    @Test
    void unconsumedMessagesAreBoundedAndRequestsRejected() {
        for (int i = 0; i < 300; i++) {
            stream.emit("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}");
        }
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"roots/list\"}");
        assertThat(stream.sent)
                .singleElement()
                .satisfies(m -> assertThat(m.toString()).isEqualTo("error -32603 for 9"));
        TestSubscriber<Incoming> incoming = TestSubscriber.create();
        connection.incoming().subscribe(incoming);
        assertThat(incoming.getReceivedOnNext()).hasSize(256);
    }

    @Test
    void failingParamsFailExchange() {
        TestSubscriber<JsonRpcMessage> call = exchange(PING.withMeta((id, context) -> {
            throw new IllegalStateException("no");
        }));
        assertThat(call.expectTerminalError()).hasMessage("no");
        assertThat(connection.pendingExchanges()).isZero();
    }

    // assignment of notifications to exchanges

    private void tell(String method, String params) {
        stream.emit("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    private static String of(Object id) {
        return "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + id + "}}";
    }

    private List<String> incoming() {
        List<String> messages = new ArrayList<>();
        connection.incoming().map(incoming -> incoming.message().toString()).subscribe(messages::add);
        return messages;
    }

    private static List<String> received(TestSubscriber<JsonRpcMessage> subscriber) {
        return subscriber.getReceivedOnNext().stream().map(Object::toString).toList();
    }

    @Test
    void subscriptionNotificationReachesOnlyItsSubscriber() {
        List<String> incoming = incoming();
        TestSubscriber<JsonRpcMessage> first = exchange(LISTEN);
        TestSubscriber<JsonRpcMessage> second = exchange(LISTEN);
        tell("notifications/subscriptions/acknowledged", of(2));
        tell("notifications/tools/list_changed", of(1));
        tell("notifications/tasks", "{\"taskId\":\"t\",\"status\":\"working\"," + of(2).substring(1));
        tell("notifications/prompts/list_changed", of(4711));
        tell("notifications/prompts/list_changed", of("\"1\""));
        tell("notifications/resources/list_changed", "{}");
        assertThat(received(first)).containsExactly("notification notifications/tools/list_changed");
        assertThat(received(second))
                .containsExactly(
                        "notification notifications/subscriptions/acknowledged", "notification notifications/tasks");
        assertThat(incoming).containsExactly("notification notifications/resources/list_changed");
    }

    @Test
    void notificationOfEndedSubscriptionIsDropped() {
        List<String> incoming = incoming();
        TestSubscriber<JsonRpcMessage> ended = exchange(LISTEN);
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"}}");
        TestSubscriber<JsonRpcMessage> cancelled = exchange(LISTEN);
        cancelled.cancel();
        tell("notifications/tools/list_changed", of(1));
        tell("notifications/tools/list_changed", of(2));
        assertThat(received(ended)).hasSize(1);
        assertThat(received(cancelled)).isEmpty();
        assertThat(incoming).isEmpty();
    }

    @Test
    void peerCancellingSubscriptionCompletesIt() {
        List<String> incoming = incoming();
        TestSubscriber<JsonRpcMessage> listen = exchange(LISTEN);
        stream.sends.get(0).complete();
        tell("notifications/cancelled", "{\"requestId\":1}");
        assertThat(listen.getReceivedOnNext())
                .singleElement()
                .isInstanceOfSatisfying(
                        JsonRpcMessage.Success.class,
                        success -> assertThat(success.result()).isInstanceOf(Subscriptions.ListenResult.class));
        assertThat(listen.isTerminatedComplete()).isTrue();
        assertThat(connection.pendingExchanges()).isZero();
        // a late response matches no exchange
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"}}");
        tell("notifications/cancelled", "{\"requestId\":1}");
        assertThat(received(listen)).hasSize(1);
        assertThat(stream.sent).hasSize(1);
        assertThat(incoming).containsExactly("notification notifications/cancelled");
    }

    @Test
    void peerCancellationDoesNotAffectOtherRequests() {
        List<String> incoming = incoming();
        TestSubscriber<JsonRpcMessage> ping = exchange(PING);
        // in the legacy era the id is that of a request of the server
        tell("notifications/cancelled", "{\"requestId\":1}");
        tell("notifications/cancelled", "{\"requestId\":\"1\"}");
        tell("notifications/cancelled", "{}");
        assertThat(ping.isTerminated()).isFalse();
        assertThat(incoming).hasSize(3);
    }

    @Test
    void logMessageReachesSingleLogRequestAndEvents() {
        List<String> incoming = incoming();
        TestSubscriber<JsonRpcMessage> ping = exchange(PING);
        TestSubscriber<JsonRpcMessage> logged = exchange(LOGGED);
        String log = "{\"level\":\"info\",\"data\":1}";
        tell("notifications/message", log);
        TestSubscriber<JsonRpcMessage> other = exchange(LOGGED);
        tell("notifications/message", log);
        assertThat(received(logged)).hasSize(1);
        other.cancel();
        tell("notifications/message", log);
        assertThat(received(logged)).hasSize(2);
        stream.emit("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
        tell("notifications/message", log);
        assertThat(received(logged)).hasSize(3).last().asString().isEqualTo("result of 2");
        assertThat(received(ping)).isEmpty();
        assertThat(received(other)).isEmpty();
        assertThat(incoming).hasSize(4);
    }

    @Test
    void unsentLogRequestDoesNotBlockLogsOfOthers() {
        TestSubscriber<JsonRpcMessage> failed = exchange(LOGGED);
        TestSubscriber<JsonRpcMessage> logged = exchange(LOGGED);
        stream.sends.get(0).error(new McpOverloadException("s", "full", CallOutcome.NOT_SENT));
        tell("notifications/message", "{\"level\":\"info\",\"data\":1}");
        assertThat(failed.expectTerminalError()).isInstanceOf(McpOverloadException.class);
        assertThat(received(logged)).hasSize(1);
    }

    @Test
    void waitingMessagesAreLimitedInBytes() {
        List<ConnectionEvent> events = new ArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        TestSubscriber<Incoming> slow =
                TestSubscriber.builder().initialRequest(0).build();
        connection.incoming().subscribe(slow);
        String notification =
                "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"text\":\"" + "x".repeat(1 << 20) + "\"}}";
        for (int i = 0; i < 20; i++) {
            stream.emit(notification);
        }
        assertThat(events).hasSize(5).containsOnly(new ConnectionEvent.Dropped("x"));
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(15);
    }

    @Test
    void batchMessagesShareItsBytes() {
        TestSubscriber<Incoming> slow =
                TestSubscriber.builder().initialRequest(0).build();
        connection.incoming().subscribe(slow);
        String one = "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"text\":\"" + "x".repeat(10_000) + "\"}}";
        stream.emit("[" + String.join(",", Collections.nCopies(200, one)) + "]");
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(200);
    }

    @Test
    void unreadAnswerIsDroppedWithEvent() {
        List<ConnectionEvent> events = new ArrayList<>();
        EventSink.direct(connection.events()).subscribe(events::add);
        connection
                .reply(new JsonRpcMessage.Success(RequestId.of(5), new EmptyResult()))
                .subscribe(null, e -> {});
        stream.sends.get(0).error(new McpOverloadException("s", "full", CallOutcome.NOT_SENT));
        assertThat(events).containsExactly(new ConnectionEvent.Dropped("result of 5"));
    }

    @Test
    void diagnosticsReportIncompleteLine() {
        long mark = connection.mark();
        assertThat(connection.diagnosticsSince(mark).meanwhile()).containsExactly("it sent nothing");
        stream.unfinished = 70;
        assertThat(connection.diagnosticsSince(mark).meanwhile())
                .containsExactly("it wrote 70 bytes without a line end");
    }

    @Test
    void responseWithoutMemoryFailsCallWithOverload() {
        TestSubscriber<JsonRpcMessage> call = exchange(LOGGED);
        stream.noRoom("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[");
        assertThat(call.expectTerminalError())
                .isInstanceOf(McpOverloadException.class)
                .hasMessageStartingWith("server 's': the response to tools/call has 20000000 bytes,")
                .hasMessageContaining("(mcpflux.frames.heldBytes)");
        assertThat(connection.pendingExchanges()).isZero();
    }
}
